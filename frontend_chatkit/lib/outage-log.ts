const QUIET_MS = 60_000;

/** Logs one warning for each outage, however many requests it fails. */
export class OutageLog {
  readonly #consequence: string;
  #last = Number.NEGATIVE_INFINITY;

  constructor(consequence: string) {
    this.#consequence = consequence;
  }

  /** Log a failure, unless another one was within the last minute. */
  note(error: unknown): void {
    const now = Date.now();
    const began = now - this.#last > QUIET_MS;
    this.#last = now;
    if (began) console.warn(`${this.#consequence}: ${reason(error)}`);
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch says that it failed; why is the cause.
  const cause = error.cause instanceof Error ? error.cause.message : "";
  return cause || error.message || error.name;
}

export const apiOutages = new OutageLog("The API can't be reached");
export const databaseOutages = new OutageLog("The database is not available");
