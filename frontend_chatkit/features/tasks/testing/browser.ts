/** Node knows no page that a path could belong to, as browsers do. */
class RelativeRequest extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    const { signal: _, ...rest } = init ?? {};
    super(typeof input === "string" ? new URL(input, "http://localhost") : input, rest);
  }
}

// The client of the API keeps what it finds when it is imported: this has to be there by then.
globalThis.Request = RelativeRequest;

// What jsdom does not have.
HTMLElement.prototype.scrollIntoView = () => undefined;
HTMLDialogElement.prototype.showModal = function show(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};
