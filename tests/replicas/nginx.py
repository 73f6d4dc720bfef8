"""An nginx of the tests' own, with the configuration that the project ships."""

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.processes import wait_until

_NEEDED = ("nginx", "envsubst", "openssl", "curl", "bash", "setsid")
_MAIN = """\
{user}
worker_processes 2;
pid nginx.pid;
error_log error.log;
events {{}}
http {{
    log_format replicas '$upstream_addr|$status|$request';
    access_log access.log replicas;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    include {folder}/conf.d/*.conf;
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A server whose files are all in one folder; it starts with the first reload."""

    folder: Path

    @property
    def configuration(self) -> Path:
        """The folder of the files that the main one includes."""
        return self.folder / "conf.d"

    @property
    def start(self) -> str:
        """The command that starts it in the background.

        In a session of its own from the first moment: its parent ends before it has left the group
        of the shell, and a signal to that group would end it as well.
        """
        return f"setsid --wait nginx -p {self.folder} -e error.log -c {self.folder}/nginx.conf"

    def served(self, request: str) -> list[str]:
        """Return the replica that answered each request whose line has this in it, in order."""
        lines = (self.folder / "access.log").read_text().splitlines()
        found = [line.split("|") for line in lines]
        # Those that refused the connection stand before it.
        return [upstream.split(", ")[-1] for upstream, _, line in found if request in line]

    @property
    def errors(self) -> list[str]:
        """What it logged about requests that failed."""
        log = self.folder / "error.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [line for line in lines if "[error]" in line or "[crit]" in line]

    def stop(self) -> None:
        """Stop it, if it was started."""
        pid = self.folder / "nginx.pid"
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)
            wait_until(lambda: not pid.exists())


@contextmanager
def own_nginx(folder: Path) -> Iterator[Nginx]:
    """Make the folder of an nginx, and stop that when the block ends; skip where there is none."""
    if missing := [name for name in _NEEDED if shutil.which(name) is None]:
        pytest.skip(
            f"{', '.join(missing)} missing: Debian's nginx-light, gettext-base, openssl, curl and"
            " util-linux"
        )
    nginx = Nginx(folder)
    nginx.configuration.mkdir(parents=True)
    # Its workers would otherwise be of an account that can't enter the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(user=user, folder=folder))
    try:
        yield nginx
    finally:
        nginx.stop()
