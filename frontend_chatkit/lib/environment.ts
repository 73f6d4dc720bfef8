/** What the web app's server is told by its environment, read when it is first asked. */
export type Environment = {
  databaseUrl: string;
  secret: string;
  /** The web app as people reach it, without a slash at the end. */
  webUrl: string;
  /** The API as this server reaches it, without a slash at the end. */
  apiUrl: string;
  /** What the API calls itself: the audience of its login tokens. */
  apiAudience: string;
  /** The MCP server as clients name it: the audience of their tokens. */
  mcpUrl: string;
  /** Key of a domain that is registered for the hosted chat; without one there is none. */
  chatkitDomainKey: string | null;
};

let known: Environment | undefined;

/** Return the environment; throws an Error that names the variable which is missing. */
export function environment(): Environment {
  known ??= read(process.env);
  return known;
}

function read(variables: NodeJS.ProcessEnv): Environment {
  const webUrl = address(variables.WEB_URL ?? `http://localhost:${variables.WEB_PORT ?? 3000}`);
  const apiUrl = address(variables.API_URL ?? "http://127.0.0.1:8000");
  return {
    databaseUrl: needed(variables, "DATABASE_URL"),
    secret: needed(variables, "BETTER_AUTH_SECRET"),
    webUrl,
    apiUrl,
    apiAudience: variables.API_AUDIENCE || apiUrl,
    mcpUrl: variables.MCP_URL || "http://127.0.0.1:8001/mcp",
    chatkitDomainKey: variables.CHATKIT_DOMAIN_KEY || null,
  };
}

function needed(variables: NodeJS.ProcessEnv, name: string): string {
  const value = variables[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

function address(url: string): string {
  return url.replace(/\/+$/, "");
}
