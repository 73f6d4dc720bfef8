// The whole of Todochat, as `make run` starts it.
import { execFile, execFileSync } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment, freePort, ROOT, run, stop } from "./processes.mjs";

const execute = promisify(execFile);
// The logs of the services are stored, like the screenshots.
const LOGS = new URL("logs/", import.meta.url).pathname;

/** Everything that `todochat up` starts, with data of its own. */
export class Stack {
  #name;
  #variables;
  #folder;
  #process;

  /** Start with these variables beside free ports and the built-in model; its logs have the name. */
  static async start(name, variables) {
    const stack = new Stack();
    stack.#name = name;
    const [api, mcp, web] = await Promise.all([freePort(), freePort(), freePort()]);
    stack.#folder = await mkdtemp(join(tmpdir(), "todochat-web-"));
    stack.#variables = environment({
      TODOCHAT_DATA_DIR: stack.#folder,
      API_PORT: `${api}`,
      MCP_PORT: `${mcp}`,
      WEB_PORT: `${web}`,
      CHAT_PROVIDER: "offline",
      TRUSTED_PROXIES: "127.0.0.1",
      ...variables,
    });
    stack.url = `http://localhost:${web}`;
    stack.mcpUrl = `http://127.0.0.1:${mcp}/mcp`;
    await stack.#up();
    return stack;
  }

  /** Return what the command `todochat` prints beside the running services. */
  async command(...words) {
    const options = { cwd: this.#folder, env: this.#variables };
    return (await execute(`${ROOT}.venv/bin/todochat`, words, options)).stdout.trim();
  }

  /** Kill the API as a crash would, and wait until the supervisor has stopped the rest. */
  async crashApi() {
    const asked = ["-ww", "-o", "pid=,args=", "--ppid", `${this.#process.pid}`];
    const children = execFileSync("ps", asked);
    const api = /^ *(\d+) .* chat_api$/m.exec(children.toString());
    process.kill(Number(api[1]), "SIGKILL");
    await this.#process.ended;
  }

  /** Start everything again over the same data, at the same addresses. */
  async restart() {
    await this.#up();
  }

  async stop() {
    await stop(this.#process, "SIGINT");
    await cp(join(this.#folder, "logs"), join(LOGS, this.#name), { recursive: true });
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #up() {
    const command = [`${ROOT}.venv/bin/todochat`, "up"];
    const options = { cwd: this.#folder, env: this.#variables };
    [this.#process] = await run(command, options, /Ctrl-C stops/);
  }
}
