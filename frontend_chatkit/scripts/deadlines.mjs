// Deadlines for clients that are silent or slow, and a limit of connections, for any HTTP server
// that this process creates: Next creates the web app's, with Node's own deadlines, which are minutes.
import http from "node:http";

function milliseconds(name, seconds) {
  return Number(process.env[name] || seconds) * 1000;
}

export function limitServers() {
  const deadlines = {
    headersTimeout: milliseconds("REQUEST_HEAD_SECONDS", 10),
    requestTimeout: milliseconds("REQUEST_BODY_SECONDS", 30),
    connectionsCheckingInterval: 500,
    // Longer than proxies keep theirs: see connection_options of the API.
    keepAliveTimeout: milliseconds("IDLE_CONNECTION_SECONDS", 75),
  };
  const unread = milliseconds("RESPONSE_WRITE_SECONDS", 30);
  const createServer = http.createServer;
  http.createServer = (...given) => {
    const options = given.find((one) => typeof one === "object");
    const listener = given.find((one) => typeof one === "function");
    const server = createServer({ ...options, ...deadlines }, listener);
    server.maxConnections = Number(process.env.MAX_CONNECTIONS || 1000);
    server.on("connection", (socket) => endWhenUnread(socket, unread));
    return server;
  };
}

function endWhenUnread(socket, limit) {
  let taken = 0;
  let since = Date.now();
  const look = setInterval(() => {
    const now = socket.bytesWritten - socket.writableLength;
    if (now !== taken || !socket.writableNeedDrain) {
      taken = now;
      since = Date.now();
    } else if (Date.now() - since >= limit) {
      socket.destroy();
    }
  }, limit / 4).unref();
  socket.once("close", () => clearInterval(look));
}
