"""The https sites of MCP clients, with the documents by which authorization servers know them."""

import json
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

_HERE = Path(__file__).parent
_HOSTS = ("assistant.example", "inside.example")


class ClientSite:
    """Serves `documents` by path; `requests` counts what was asked for."""

    def __init__(self, folder: Path) -> None:
        self.documents: dict[str, dict[str, object]] = {}
        self.requests: Counter[str] = Counter()
        self._certificate = folder / "certificate.pem"
        program = [sys.executable, str(_HERE / "browser" / "certificate.py"), *_HOSTS]
        self._certificate.write_bytes(subprocess.check_output(program))
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def variables(self) -> dict[str, str]:
        """The variables with which the web app reaches the sites, at public addresses."""
        return {
            "NODE_OPTIONS": f"--require={_HERE / 'internet.cjs'}",
            "NODE_EXTRA_CA_CERTS": str(self._certificate),
            "CLIENT_SITE_PORT": str(self._server.server_port),
        }

    def publish(self, name: str, host: str, content: dict[str, object]) -> str:
        """Publish a client's document, and return the id of the client."""
        client_id = f"https://{host}/{name}.json"
        self.documents[f"{host}/{name}.json"] = {"client_id": client_id, **content}
        return client_id

    @contextmanager
    def serving(self) -> Iterator[None]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        thread = Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = f"{self.headers['Host']}{self.path}"
                site.requests[path] += 1
                document = site.documents.get(path)
                body = json.dumps(document or {}).encode()
                self.send_response(200 if document else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler
