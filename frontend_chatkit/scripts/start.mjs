// Starts the built web app: `node scripts/start.mjs`. HOST and WEB_PORT say where it listens.
import { subscribe } from "node:diagnostics_channel";
import { existsSync } from "node:fs";
import { Socket } from "node:net";
import { limitServers } from "./deadlines.mjs";

const SERVER = new URL("../.next/standalone/server.js", import.meta.url);
// Streams may go on for ever; what they follow outlives them.
const GRACE_MS = 2000;

if (!existsSync(SERVER)) {
  console.error("The web app is not built: `make web` builds it.");
  process.exit(1);
}

process.env.HOSTNAME = process.env.HOST || "127.0.0.1";
process.env.PORT = process.env.WEB_PORT || "3000";
process.env.NEXT_TELEMETRY_DISABLED = "1";

limitServers();

function leave() {
  setTimeout(() => process.exit(0), GRACE_MS);
}

process.once("SIGTERM", leave);
process.once("SIGINT", leave);

// The supervisor's pipe ends with the supervisor, also with one that was killed.
const pipe = process.env.TODOCHAT_SUPERVISOR_PIPE;
if (pipe) {
  const supervisor = new Socket({ fd: Number(pipe), readable: true, writable: false });
  supervisor.on("close", () => process.kill(process.pid, "SIGTERM"));
  supervisor.resume().unref();
}

// As every proxy does: who asks us stands last in the list, and what is before it is their word.
subscribe("http.server.request.start", ({ request, socket }) => {
  const { headers } = request;
  const told = headers["x-forwarded-for"];
  headers["x-forwarded-for"] = [told, socket.remoteAddress].filter(Boolean).join(", ");
});

await import(SERVER);
