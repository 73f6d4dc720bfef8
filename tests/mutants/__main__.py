"""Change the code in small ways, one at a time, and see whether a test fails: `make mutants`.

`ARGS="--since main"` changes only lines that differ from a commit, `--sample 60` some at random.
mutmut makes the changes and runs the tests that pass through the changed function, the fastest
first, in forks of one process that has imported everything. All of them share one Postgres.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from db.embedded import embedded_postgres
from db.migrate import upgrade
from tests.mutants.lines import changed_lines
from tests.mutants.packages import COPIED, PACKAGES, UNCHANGED
from tests.postgres import SHARED_SERVER, make_template
from tests.specs.documents import ROOT

_WORKSPACE = Path(sys.prefix) / "mutants"


def _prepare(patterns: list[str]) -> None:
    """Make the folder that mutmut copies from: links to ours, and its settings behind ours."""
    shutil.rmtree(_WORKSPACE, ignore_errors=True)
    _WORKSPACE.mkdir(parents=True)
    sources = ["auth", "chat_api", "db", "mcp_server"]
    for name in (*sources, "tests", *COPIED):
        (_WORKSPACE / name).symlink_to(ROOT / name)
    settings = {
        "source_paths": sources,
        "only_mutate": patterns,
        "do_not_mutate": UNCHANGED,
        "also_copy": COPIED,
        "process_isolation": "forkserver",
    }
    table = "\n".join(f"{name} = {json.dumps(value)}" for name, value in settings.items())
    ours = (ROOT / "pyproject.toml").read_text("utf-8")
    (_WORKSPACE / "pyproject.toml").write_text(f"{ours}\n[tool.mutmut]\n{table}\n")


def main() -> int:
    """Run the mutants that the arguments choose."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--since", metavar="COMMIT", help="only lines that differ from this commit")
    parser.add_argument(
        "--sample", type=int, default=None, help="at most so many of each package, at random"
    )
    parser.add_argument("--seed", type=int, default=0, help="another number is another sample")
    parser.add_argument("--only", nargs="+", default=[], help="only files with these names")
    given = parser.parse_args()
    changed = changed_lines(given.since, PACKAGES) if given.since else None
    if changed == {}:
        sys.stdout.write("No line of these packages differs.\n")
        return 0
    patterns = given.only or list(changed or [f"{package}/*.py" for package in PACKAGES])
    _prepare(patterns)
    choice = {"lines": changed, "sample": given.sample, "seed": given.seed, "packages": PACKAGES}
    (_WORKSPACE / "choice.json").write_text(json.dumps(choice))
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        upgrade(asyncio.run(make_template(url)))
        command = [sys.executable, str(ROOT / "tests" / "mutants" / "running.py")]
        environment = os.environ | {SHARED_SERVER: url}
        return subprocess.run(command, cwd=_WORKSPACE, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
