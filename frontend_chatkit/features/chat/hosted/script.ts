/** What became of the hosted chat's script. */
export type ScriptFate = "found" | "refused" | "hanging";

const ELEMENT = "openai-chatkit";

const loading = new Map<string, Promise<ScriptFate>>();

/** Load the hosted chat's script as `load` does, once however often it is asked for meanwhile. */
export function loadScript(url: string, patienceMs: number): Promise<ScriptFate> {
  const known = loading.get(url);
  if (known) return known;
  const fate = load(url, patienceMs).finally(() => loading.delete(url));
  loading.set(url, fate);
  return fate;
}

/**
 * Load the hosted chat's script and tell what became of it: found, refused (blocked, not there, or
 * it brings no chat), or hanging for `patienceMs`.
 */
async function load(url: string, patienceMs: number): Promise<ScriptFate> {
  if (customElements.get(ELEMENT)) return "found";
  const script = document.createElement("script");
  script.src = url;
  script.async = true;
  const answered = new Promise<ScriptFate>((resolve) => {
    script.onload = () => resolve("found");
    script.onerror = () => resolve("refused");
  });
  const start = performance.now();
  document.head.append(script);
  const fate = await Promise.race([answered, after<ScriptFate>(patienceMs, "hanging")]);
  if (fate !== "found") script.remove();
  if (fate !== "found" || customElements.get(ELEMENT)) return fate;
  // A script that ran may still be fetching the rest of itself.
  const left = patienceMs - (performance.now() - start);
  const defined = customElements.whenDefined(ELEMENT).then(() => "found" as const);
  return Promise.race([defined, after<ScriptFate>(left, "refused")]);
}

/** Return a value after so many milliseconds. */
function after<T>(milliseconds: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));
}
