// A push service for a real Chromium: it registers there, and gets what the API sends to its endpoint.
// Chromium speaks Google's protocols for that: two requests over HTTP, then MCS over TLS.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { createServer as createHttps } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTls } from "node:tls";
import { PYTHON, ROOT } from "./processes.mjs";

// Where Chromium's endpoints are, whether Google built it or not.
const HOSTS = ["localhost", "fcm.googleapis.com", "jmt17.google.com"];
const MCS_VERSION = 41;
const LOGIN_RESPONSE = 3;
const DATA_MESSAGE = 8;

export class PushService {
  #servers = [];
  #folder = mkdtempSync(join(tmpdir(), "todochat-push-"));
  #registered = new Map();
  #connections = new Set();
  /** How many messages the API has sent. */
  received = 0;

  /** Start it; what a message says is known to the browser alone. */
  async start() {
    const names = [join(ROOT, "tests/web/browser/certificate.py"), ...HOSTS];
    const pem = execFileSync(PYTHON, names).toString();
    this.#certificate = join(this.#folder, "certificate.pem");
    writeFileSync(this.#certificate, pem);
    const tls = { key: pem, cert: pem };
    const registration = await this.#listen(createHttp((...args) => this.#register(...args)));
    const mcs = await this.#listen(createTls(tls, (socket) => this.#accept(socket)));
    const endpoint = await this.#listen(createHttps(tls, (...args) => this.#take(...args)));
    const proxy = await this.#listen(
      createHttp().on("connect", (_, client) => {
        const server = connect(endpoint, "127.0.0.1", () => {
          client.write("HTTP/1.1 200 OK\r\n\r\n");
          server.pipe(client).pipe(server);
        });
        // A side that is left open would not be read any more, and so never end.
        for (const [side, other] of [
          [client, server],
          [server, client],
        ]) {
          side.on("error", () => undefined);
          side.on("close", () => other.destroy());
        }
      }),
    );
    const address = `http://localhost:${registration}`;
    /** The arguments with which Chromium uses it. */
    this.browserArguments = [
      `--gcm-checkin-url=${address}/checkin`,
      `--gcm-registration-url=${address}/register`,
      `--gcm-mcs-endpoint=https://localhost:${mcs}`,
      "--ignore-certificate-errors",
    ];
    /** The variables with which the API sends to it. */
    this.variables = {
      HTTPS_PROXY: `http://127.0.0.1:${proxy}`,
      SSL_CERT_FILE: this.#certificate,
    };
    return this;
  }

  stop() {
    for (const connection of this.#connections) connection.destroy();
    for (const server of this.#servers) server.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #certificate;

  async #listen(server) {
    this.#servers.push(server);
    server.on("connection", (socket) => {
      this.#connections.add(socket);
      socket.on("close", () => this.#connections.delete(socket));
    });
    server.on("tlsClientError", () => undefined);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return server.address().port;
  }

  /** Answer the check-in of a device, and the registration of a subscription. */
  async #register(request, response) {
    const body = new URLSearchParams(await bodyOf(request).then(String));
    if (request.url === "/checkin") {
      const id = Buffer.alloc(8, 7);
      // `stats_ok`, `android_id` and `security_token` of AndroidCheckinResponse.
      return response.end(Buffer.concat([field(1, 1), fixed64(7, id), fixed64(8, id)]));
    }
    const token = `token-${this.#registered.size + 1}`;
    this.#registered.set(token, { subtype: body.get("X-subtype"), sender: body.get("sender") });
    response.end(`token=${token}`);
  }

  /** Log a browser in. */
  #accept(socket) {
    this.#browser = socket;
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write(
        Buffer.concat([Buffer.from([MCS_VERSION]), frame(LOGIN_RESPONSE, [field(1, "1")])]),
      );
    });
  }

  #browser;

  /** Take a message of the API, and send it on. */
  async #take(request, response) {
    const body = await bodyOf(request);
    const { subtype, sender } = this.#registered.get(request.url.split("/").at(-1));
    const encoding = request.headers["content-encoding"];
    this.received += 1;
    const [from, category, data, raw, id] = [3, 5, 7, 21, 9];
    this.#browser.write(
      frame(DATA_MESSAGE, [
        ...[field(from, sender), field(category, "org.chromium.linux")],
        field(data, Buffer.concat([field(1, "subtype"), field(2, subtype)])),
        field(data, Buffer.concat([field(1, "content-encoding"), field(2, encoding)])),
        ...[field(id, `message-${this.received}`), field(raw, body)],
      ]),
    );
    response.writeHead(201).end();
  }
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts);
}

/** A message of MCS: what it is, its length, and its fields. */
function frame(tag, fields) {
  const body = Buffer.concat(fields);
  return Buffer.concat([Buffer.from([tag]), varint(body.length), body]);
}

/** A field of Protocol Buffers: a number, or text or bytes. */
function field(number, value) {
  if (typeof value === "number") return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function fixed64(number, bytes) {
  return Buffer.concat([varint((number << 3) | 1), bytes]);
}

function varint(value) {
  const bytes = [];
  for (let rest = value; ; rest >>>= 7) {
    bytes.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) return Buffer.from(bytes);
  }
}
