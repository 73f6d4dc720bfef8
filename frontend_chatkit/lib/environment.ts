/** What the web app's server is told by its environment. */
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
  /** The hosted chat, where a domain is registered for it. */
  hostedChat: HostedChat | null;
  /** Addresses and networks whose word is taken for whom they ask. */
  trustedProxies: string[];
};

export type HostedChat = { domainKey: string; scriptUrl: string };

type Variables = Record<string, string | undefined>;

const CHATKIT_SCRIPT = "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js";
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

let known: Environment | undefined;

/** Return the environment, read when it is first asked for; throws if a variable is missing. */
export function environment(): Environment {
  known ??= read(process.env);
  return known;
}

/** Read the environment. Throws an Error that names the variable that is missing. */
export function read(variables: Variables): Environment {
  const apiUrl = address(variables.API_URL || "http://127.0.0.1:8000");
  return {
    databaseUrl: needed(variables, "DATABASE_URL"),
    secret: needed(variables, "BETTER_AUTH_SECRET"),
    webUrl: webAddress(variables),
    apiUrl,
    apiAudience: variables.API_ISSUER || apiUrl,
    mcpUrl: variables.MCP_URL || "http://127.0.0.1:8001/mcp",
    hostedChat: hostedChat(variables),
    trustedProxies: listed(variables.TRUSTED_PROXIES),
  };
}

/** Return where people reach the web app: WEB_URL, or this machine at WEB_PORT. */
export function webAddress(variables: Variables): string {
  return address(variables.WEB_URL || `http://localhost:${variables.WEB_PORT || 3000}`);
}

/** Return the hosted chat, if CHATKIT_DOMAIN_KEY is set. */
export function hostedChat(variables: Variables): HostedChat | null {
  const domainKey = variables.CHATKIT_DOMAIN_KEY;
  return domainKey
    ? { domainKey, scriptUrl: variables.CHATKIT_SCRIPT_URL || CHATKIT_SCRIPT }
    : null;
}

/** Return the origins that are this app: on one machine, all its names for itself. */
export function trustedOrigins(webUrl: string): string[] {
  const url = new URL(webUrl);
  if (!LOOPBACK.includes(url.hostname)) return [url.origin];
  const port = url.port && `:${url.port}`;
  return LOOPBACK.map((host) => `${url.protocol}//${host}${port}`);
}

function needed(variables: Variables, name: string): string {
  const value = variables[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

function listed(value = ""): string[] {
  return value.split(",").flatMap((one) => one.trim() || []);
}

function address(url: string): string {
  return url.replace(/\/+$/, "");
}
