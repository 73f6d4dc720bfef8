// The MCP project's TypeScript client, version 2: `@modelcontextprotocol/client`.

import { Client, SdkHttpError, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';

import { bearer, readOrder, say } from './wire.mjs';

async function work(order, transport) {
  const mode = order.revision >= '2026' ? 'auto' : 'legacy';
  const client = new Client(
    { name: 'typescript-client', version: '1' },
    { versionNegotiation: { mode } },
  );
  await client.connect(transport);
  const { tools } = await client.listTools();
  say({
    revision: client.getNegotiatedProtocolVersion(),
    tools: tools.map((tool) => tool.name),
  });
  for (const [name, args] of order.calls) {
    say({ result: await client.callTool({ name, arguments: args }) });
  }
  await client.close();
}

function overHttp(order, headers) {
  return new StreamableHTTPClientTransport(new URL(order.url), { requestInit: { headers } });
}

const order = await readOrder();
if (order.url) {
  await work(order, overHttp(order, {})).catch((error) => {
    if (!(error instanceof SdkHttpError)) throw error;
    say({ refused: error.status });
  });
  await work(order, overHttp(order, bearer(order)));
} else {
  const [command, ...args] = order.command;
  await work(order, new StdioClientTransport({ command, args, env: order.environment }));
}
