/** Node has no page that resolves relative addresses, as browsers do. */
class RelativeRequest extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    const { signal: _, ...rest } = init ?? {};
    super(typeof input === "string" ? new URL(input, "http://localhost") : input, rest);
  }
}

// The API client reads it on import: this module is imported first.
globalThis.Request = RelativeRequest;

// Missing in jsdom.
HTMLElement.prototype.scrollIntoView = () => undefined;
HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
