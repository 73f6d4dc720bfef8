// The MCP project's TypeScript SDK, version 1: `@modelcontextprotocol/sdk`.

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { bearer, readOrder, say } from './wire.mjs';

async function work(order, transport) {
  const client = new Client({ name: 'typescript-sdk', version: '1' });
  const set = transport.setProtocolVersion?.bind(transport);
  let revision;
  transport.setProtocolVersion = (agreed) => {
    revision = agreed;
    set?.(agreed);
  };
  await client.connect(transport);
  const { tools } = await client.listTools();
  say({ revision, tools: tools.map((tool) => tool.name) });
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
    if (!(error instanceof StreamableHTTPError)) throw error;
    say({ refused: error.code });
  });
  await work(order, overHttp(order, bearer(order)));
} else {
  const [command, ...args] = order.command;
  await work(order, new StdioClientTransport({ command, args, env: order.environment }));
}
