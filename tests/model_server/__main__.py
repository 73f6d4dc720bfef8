"""Run the server as a process of its own: `python -m tests.model_server --port N`."""

import argparse
import sys

import uvicorn

from tests.model_server.app import ModelServer
from tests.serving import listen, port_of


def main() -> None:
    parser = argparse.ArgumentParser(description="A model vendor for tests")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    listener = listen(parser.parse_args().port)
    server = ModelServer(f"http://127.0.0.1:{port_of(listener)}/v1")
    sys.stdout.write(f"{server.url}\n")
    sys.stdout.flush()
    config = uvicorn.Config(server.app, log_level="critical", ws="none")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
