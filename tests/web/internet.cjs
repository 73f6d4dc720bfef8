// Preloaded by the web app's Node: names below `example` are in the internet, and the server of the tests
// answers at CLIENT_SITE_PORT for all public addresses; `inside.example` is a name of this machine.
const dns = require("node:dns/promises");
const { syncBuiltinESMExports } = require("node:module");
const net = require("node:net");

const PUBLIC = "93.184.216.34";
const LOOPBACK = "127.0.0.1";
const { lookup } = dns;
const { connect } = net.Socket.prototype;

dns.lookup = (name, options) => {
  if (!name.endsWith(".example")) return lookup(name, options);
  return Promise.resolve([{ address: name === "inside.example" ? LOOPBACK : PUBLIC, family: 4 }]);
};

net.Socket.prototype.connect = function (...args) {
  const [options] = args;
  if (options?.lookup && options.host?.endsWith(".example")) {
    options.lookup(options.host, { all: true }, (_, [{ address }]) => {
      const port = address === PUBLIC ? Number(process.env.CLIENT_SITE_PORT) : options.port;
      const host = address === PUBLIC ? LOOPBACK : address;
      args[0] = { ...options, host, port, lookup: undefined };
    });
  }
  return connect.apply(this, args);
};

syncBuiltinESMExports();
