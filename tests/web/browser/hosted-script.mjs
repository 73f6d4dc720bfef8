// A replacement of the server of the hosted chat's script.
import { once } from "node:events";
import { createServer } from "node:http";

const WORKING = `
customElements.define("openai-chatkit", class extends HTMLElement {
  setOptions({ api }) {
    if (this.options) return;
    this.options = true;
    const asked = { type: "threads.list", params: { limit: 20, order: "desc" }, metadata: {} };
    api.fetch(api.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
    }).then((answer) => answer.json()).then(({ data }) => {
      this.textContent = "Hosted: " + data.map(({ title }) => title).join(", ");
      this.dispatchEvent(new CustomEvent("chatkit.ready"));
    });
  }
});`;

// The result of an unregistered domain: an element that never becomes ready.
const BLANK = `
customElements.define("openai-chatkit", class extends HTMLElement {
  setOptions() {}
});`;

const ANSWERS = {
  found: (response) => response.writeHead(200, { "content-type": "text/javascript" }).end(WORKING),
  blank: (response) => response.writeHead(200, { "content-type": "text/javascript" }).end(BLANK),
  refused: (response) => response.writeHead(404).end(),
  hanging: () => {},
};

/** A loopback server whose `behaviour` a test chooses. */
export class HostedScript {
  behaviour = "refused";
  #server = createServer((request, response) => {
    this.#server.emit("requested", request.url);
    ANSWERS[this.behaviour](response);
  });

  async start() {
    this.#server.listen(0, "localhost");
    await once(this.#server, "listening");
    const { port } = this.#server.address();
    this.url = `http://localhost:${port}/chatkit.js`;
    return { CHATKIT_DOMAIN_KEY: "domain_pk_test", CHATKIT_SCRIPT_URL: this.url };
  }

  /** Wait until a page has requested the script. */
  async requested() {
    await once(this.#server, "requested");
  }

  stop() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
