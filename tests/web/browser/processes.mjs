// Programs on free loopback ports, each stopped by the code that started it.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
export const PYTHON = `${ROOT}.venv/bin/python`;

const STOP_MS = 40_000;
// Variables of this machine must not affect the tests.
const OVERRIDDEN =
  /^(DATABASE_URL|HOST|[A-Z]+_PORT|[A-Z_]*(URL|ISSUER|SECRET|KEY)|CHAT_\w+|MODEL_\w+|TURN_\w+)$/;

/** Return the environment without the settings of Todochat, and with `variables`. */
export function environment(variables) {
  const ours = Object.entries(process.env).filter(([name]) => !OVERRIDDEN.test(name));
  return { ...Object.fromEntries(ours), PYTHONPATH: ROOT, ...variables };
}

/** Return a port that nobody listens at, of a range that neither connections nor Python's tests use. */
export async function freePort() {
  for (;;) {
    const port = randomInt(10_000, 15_000);
    const server = createServer();
    const isFree = await new Promise((resolve, reject) => {
      server.once("error", (error) =>
        error.code === "EADDRINUSE" ? resolve(false) : reject(error),
      );
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** Run a program until a line that it prints matches `ready`; return it and that match. */
export async function run(command, options, ready) {
  const child = spawn(command[0], command.slice(1), {
    ...options,
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.ended = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const found = ready.exec(line);
    if (!found) continue;
    child.stdout.resume();
    return [child, found];
  }
  throw new Error(`${command.join(" ")} ended before it was ready.`);
}

/** Ask a program to end, and wait until it has. */
export async function stop(child, signal = "SIGTERM") {
  const late = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  await child.ended;
  clearTimeout(late);
}
