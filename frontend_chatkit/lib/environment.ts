import { readSecretRing, type SecretRing } from "@/lib/auth/secret-ring";
import { withSecretFiles } from "@/lib/secret-files";
import { readSmtpUrl, type Smtp } from "@/lib/smtp";

/** The settings of the web app's server, from its environment variables. */
export type Environment = {
  databaseUrl: string;
  /** Seconds that one statement may take. */
  databaseTimeout: number;
  /** Of sessions, and of the keys that sign tokens. */
  secrets: SecretRing;
  /** The public URL of the web app, without a slash at the end. */
  webUrl: string;
  /** The URL at which this server reaches the API, without a slash at the end. */
  apiUrl: string;
  /** The issuer name of the API: the audience of its login tokens. */
  apiAudience: string;
  /** The URL of the MCP server as clients name it: the audience of their tokens. */
  mcpUrl: string;
  /** The hosted chat, where a domain is registered for it. */
  hostedChat: HostedChat | null;
  /** Addresses and networks whose `X-Forwarded-For` is trusted. */
  trustedProxies: string[];
  /** Days after which a client that no account is connected to is forgotten. */
  clientDays: number;
  /** The mail server, where there is one. */
  smtp: Smtp | null;
};

export type HostedChat = { domainKey: string; scriptUrl: string };

type Variables = Record<string, string | undefined>;

const CHATKIT_SCRIPT = "https://cdn.platform.openai.com/deployments/chatkit/chatkit.js";
const CLIENT_DAYS = 30;
const DATABASE_TIMEOUT = 6;
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

let cached: Environment | undefined;

/** Return the environment, read on first use; throws if a variable is missing. */
export function environment(): Environment {
  cached ??= read(process.env);
  return cached;
}

/** Read the environment. Throws an Error that names the variable that is missing or unusable. */
export function read(given: Variables): Environment {
  const variables = withSecretFiles(given);
  const apiUrl = address(variables.API_URL || "http://127.0.0.1:8000");
  return {
    databaseUrl: required(variables, "DATABASE_URL"),
    databaseTimeout: Number(variables.DATABASE_TIMEOUT) || DATABASE_TIMEOUT,
    secrets: readSecretRing("BETTER_AUTH_SECRET", required(variables, "BETTER_AUTH_SECRET")),
    webUrl: webAddress(variables),
    apiUrl,
    apiAudience: variables.API_ISSUER || apiUrl,
    mcpUrl: variables.MCP_URL || "http://127.0.0.1:8001/mcp",
    hostedChat: hostedChat(variables),
    trustedProxies: commaSeparated(variables.TRUSTED_PROXIES),
    clientDays: Number(variables.OAUTH_CLIENT_DAYS) || CLIENT_DAYS,
    smtp: variables.SMTP_URL ? readSmtpUrl(variables.SMTP_URL) : null,
  };
}

/** Return the public URL of the web app: WEB_URL, or this machine at WEB_PORT. */
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

/** Return the origins of this app: on the loopback, each name of the machine. */
export function trustedOrigins(webUrl: string): string[] {
  const url = new URL(webUrl);
  if (!LOOPBACK.includes(url.hostname)) return [url.origin];
  const port = url.port && `:${url.port}`;
  return LOOPBACK.map((host) => `${url.protocol}//${host}${port}`);
}

function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (!value) throw new Error(`${name} is not set.`);
  return value;
}

function commaSeparated(value = ""): string[] {
  return value.split(",").flatMap((one) => one.trim() || []);
}

function address(url: string): string {
  return url.replace(/\/+$/, "");
}
