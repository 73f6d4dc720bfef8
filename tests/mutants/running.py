"""The part that runs in the folder of mutmut, with its packages behind ours."""

import json
import os
import random
import site
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

_HERE = Path(__file__).resolve().parent
sys.path.remove(str(_HERE))
for packages in Path(sys.prefix).glob("clients/mutants/lib/python*/site-packages"):
    site.addsitedir(str(packages))

from mutmut.__main__ import collect_source_file_mutation_data, create_mutants  # noqa: E402
from mutmut.configuration import config  # noqa: E402
from mutmut.mutation.trampoline import set_mutant_under_test  # noqa: E402
from mutmut.state import state  # noqa: E402
from mutmut.stats import status_by_exit_code  # noqa: E402
from mutmut.utils.file_utils import (  # noqa: E402
    copy_also_copy_files,
    copy_src_dir,
    setup_source_paths,
)
from mutmut.utils.format_utils import mangled_name_from_mutant_name  # noqa: E402
from mutmut.workers.isolation import MutantRunner, get_mutant_runner  # noqa: E402

sys.path.insert(0, str(_HERE))
from changes import Change, changes  # type: ignore[import-not-found]  # noqa: E402

# A function that nearly every test passes through is tried with those that take so many seconds.
_SECONDS = 15
_KILLED = {"killed", "timeout", "segfault"}


@dataclass(frozen=True)
class Survivor:
    """A change that no test notices, and why none has to."""

    path: str
    before: str
    after: str
    reason: str


def _chosen(choice: dict[str, Any]) -> list[Change]:
    found, _ = collect_source_file_mutation_data(mutant_names=())
    possible = list(changes([(str(data.path), name) for data, name, _ in found]))
    lines = choice["lines"]
    if lines is not None:
        possible = [each for each in possible if each.line in lines.get(each.path, [])]
    sampled = min(len(possible), choice["sample"] or len(possible))
    sys.stdout.write(f"{sampled} of {len(possible)} mutants\n")
    sys.stdout.flush()
    return random.Random(choice["seed"]).sample(possible, sampled)


def _tests_of(chosen: Iterable[Change], packages: dict[str, list[str]]) -> list[str]:
    touched = {
        package for package in packages for each in chosen if each.path.startswith(f"{package}/")
    }
    return sorted({path for package in touched for path in packages[package]})


def _watch(runner: MutantRunner, tests: list[str]) -> set[str]:
    """Note which tests pass through which functions, and return those that fail anyway."""
    config().pytest_add_cli_args_test_selection = tests
    config().pytest_add_cli_args = ["--maxfail=20"]
    os.environ |= {"PY_IGNORE_IMPORTMISMATCH": "1", "MUTMUT_DEPENDENCY_DEPTH": "-1"}
    set_mutant_under_test("stats")
    with Path("watching.log").open("w") as log, redirect_stdout(log):
        runner.collect_stats([])
    config().pytest_add_cli_args = ["-p", "no:cacheprovider"]
    cache = Path("mutants/.pytest_cache/v/cache/lastfailed")
    failing = set(json.loads(cache.read_text("utf-8"))) if cache.exists() else set()
    sys.stdout.writelines(f"Fails without a change: {test}\n" for test in sorted(failing))
    sys.stdout.flush()
    return failing


def _fastest(name: str, failing: set[str]) -> tuple[list[str], float]:
    """Return the tests that pass through the function, and how many seconds they take."""
    durations = state().duration_by_test
    tests: list[str] = []
    seconds = 0.0
    passing = state().tests_by_mangled_function_name[mangled_name_from_mutant_name(name)]
    for test in sorted(passing - failing, key=lambda test: durations[test]):
        if not tests or seconds + durations[test] <= _SECONDS:
            tests.append(test)
            seconds += durations[test]
    return tests, seconds


def _verdicts(runner: MutantRunner, names: Iterable[str], failing: set[str]) -> Iterator[str]:
    """Yield what became of each mutant."""
    for name in names:
        tests, seconds = _fastest(name, failing)
        runner.submit(name, tests, ceil(60 + 3 * seconds), seconds)
        yield status_by_exit_code[runner.wait_for_result().exit_code]


def _known() -> list[Survivor]:
    text = (_HERE / "survivors.toml").read_text("utf-8")
    return [Survivor(**each) for each in tomllib.loads(text).get("survivor", [])]


def _run(chosen: list[Change], tests: list[str]) -> int:
    """Run the tests with each change, print the survivors, and return how many have no reason."""
    runner = get_mutant_runner(1)
    failing = _watch(runner, tests)
    known = {(each.path, each.before, each.after) for each in _known()}
    verdicts: Counter[str] = Counter()
    unexplained = 0
    set_mutant_under_test("")
    runner.startup()
    try:
        names = [each.name for each in chosen]
        for change, verdict in zip(chosen, _verdicts(runner, names, failing), strict=True):
            verdicts[verdict] += 1
            if verdict not in _KILLED:
                explained = (change.path, change.before, change.after) in known
                unexplained += not explained
                _show(change, "has a reason" if explained else verdict)
    finally:
        # Also of a run that is interrupted.
        killed = sum(verdicts[each] for each in _KILLED)
        sys.stdout.write(f"\n{killed} of {verdicts.total()} killed: {dict(verdicts)}\n")
        sys.stdout.flush()
        runner.shutdown()
    return unexplained


def _show(change: Change, verdict: str) -> None:
    sys.stdout.write(f"\n{change.path}:{change.line}: {verdict}\n")
    sys.stdout.write(f"  - {change.before}\n  + {change.after}\n")
    sys.stdout.flush()


def main() -> int:
    """Make the mutants, choose some, and run the tests with each."""
    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir()
    with Path("generating.log").open("w") as log, redirect_stdout(log):
        copy_src_dir()
        copy_also_copy_files()
        setup_source_paths()
        create_mutants(1)
    choice = json.loads(Path("choice.json").read_text("utf-8"))
    chosen = _chosen(choice)
    if not chosen:
        return 0
    return int(_run(chosen, _tests_of(chosen, choice["packages"])) > 0)


if __name__ == "__main__":
    sys.exit(main())
