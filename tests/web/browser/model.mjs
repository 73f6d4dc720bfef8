// A model whose replies take their time: `[slow 500]` in a message is 500 ms between words.
import { environment, PYTHON, ROOT, run } from "./processes.mjs";

/** Start it; return the program, and the variables that make Todochat use it. */
export async function startSlowModel() {
  const command = [PYTHON, "-m", "tests.model_server"];
  const options = { cwd: ROOT, env: environment({}) };
  const [child, [url]] = await run(command, options, /^http\S+/);
  const variables = { CHAT_PROVIDER: "openai-chat", OPENAI_BASE_URL: url, OPENAI_API_KEY: "none" };
  return [child, variables];
}
