/** The result of loading the script of the hosted chat. */
export type ScriptResult = "loaded" | "failed" | "timed-out";

const ELEMENT = "openai-chatkit";

const loading = new Map<string, Promise<ScriptResult>>();

/** Load the script of the hosted chat; concurrent calls share one request. */
export function loadScript(url: string, timeoutMs: number): Promise<ScriptResult> {
  const running = loading.get(url);
  if (running) return running;
  const result = load(url, timeoutMs).finally(() => loading.delete(url));
  loading.set(url, result);
  return result;
}

/**
 * Load the script of the hosted chat: "failed" if it is blocked, missing or defines no element,
 * "timed-out" after `timeoutMs`.
 */
async function load(url: string, timeoutMs: number): Promise<ScriptResult> {
  if (customElements.get(ELEMENT)) return "loaded";
  const script = document.createElement("script");
  script.src = url;
  script.async = true;
  const settled = new Promise<ScriptResult>((resolve) => {
    script.onload = () => resolve("loaded");
    script.onerror = () => resolve("failed");
  });
  const start = performance.now();
  document.head.append(script);
  const result = await Promise.race([settled, after<ScriptResult>(timeoutMs, "timed-out")]);
  if (result !== "loaded") script.remove();
  if (result !== "loaded" || customElements.get(ELEMENT)) return result;
  // The script may still be loading its other parts.
  const left = timeoutMs - (performance.now() - start);
  const defined = customElements.whenDefined(ELEMENT).then(() => "loaded" as const);
  return Promise.race([defined, after<ScriptResult>(left, "failed")]);
}

/** Resolve to a value after a number of milliseconds. */
function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));
}
