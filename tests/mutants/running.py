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
from functools import cache
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
from changes import Change, changed_text, changes  # type: ignore[import-not-found]  # noqa: E402
from record import Record  # type: ignore[import-not-found]  # noqa: E402
from type_check import TypeChecker  # type: ignore[import-not-found]  # noqa: E402

# A function that nearly every test passes through is tried with those that take so many seconds
# first, and with the others if these notice nothing.
_SECONDS = 30
# With so many tests that fail without a change, nothing is known about the others.
_FAILURES = 40
_RECORD = Path(sys.prefix) / "mutants.json"
_REFUSED, _EXPLAINED = "refused by mypy", "has a reason"
_KILLED = {"killed", "timeout", "segfault", _REFUSED}


def _chosen(choice: dict[str, Any]) -> list[Change]:
    found, _ = collect_source_file_mutation_data(mutant_names=())
    possible = list(changes([(str(data.path), name) for data, name, _ in found]))
    lines = choice["lines"]
    if lines is not None:
        possible = [each for each in possible if each.line in lines.get(each.path, [])]
    chosen: list[Change] = []
    randomly = random.Random(choice["seed"])
    for package in choice["packages"]:
        ours = [each for each in possible if _is_in(package, each)]
        chosen += randomly.sample(ours, min(len(ours), choice["sample"] or len(ours)))
    sys.stdout.write(f"{len(chosen)} of {len(possible)} mutants\n")
    sys.stdout.flush()
    return chosen


def _is_in(package: str, change: Change) -> bool:
    within: bool = change.path.startswith(f"{package}/")
    return within


def _files_of(chosen: Iterable[Change], packages: dict[str, list[str]]) -> list[Path]:
    """Return the files of tests that may notice these changes."""
    touched = {package for package in packages for each in chosen if _is_in(package, each)}
    given = {Path(path) for package in touched for path in packages[package]}
    found = {file for path in given for file in ([path] if path.suffix else path.glob("test_*.py"))}
    return sorted(found)


def _watched(runner: MutantRunner, chosen: list[Change], packages: dict[str, list[str]]) -> Record:
    """Run the tests of which it is not known yet which functions they pass through."""
    record = Record.load(_RECORD)
    files = _files_of(chosen, packages)
    functions = {mangled_name_from_mutant_name(each.name): set[str]() for each in chosen}
    if missing := record.missing(files, functions):
        record.forget(missing)
        failing = _watch(runner, missing)
        record.add(missing, functions | state().tests_by_mangled_function_name)
        record.seconds |= state().duration_by_test
        record.failing = sorted({*record.failing, *failing})
        record.save(_RECORD)
    sys.stdout.writelines(f"Fails without a change: {test}\n" for test in record.failing)
    sys.stdout.flush()
    # The server of the forks imports these.
    config().pytest_add_cli_args_test_selection = [str(file) for file in files]
    config().pytest_add_cli_args = ["-p", "no:cacheprovider"]
    return record


def _watch(runner: MutantRunner, files: Iterable[Path]) -> list[str]:
    """Note which tests pass through which functions, and return those that fail anyway."""
    config().pytest_add_cli_args_test_selection = [str(file) for file in files]
    config().pytest_add_cli_args = ["-p", "tests.mutants.shared", f"--maxfail={_FAILURES}"]
    os.environ |= {"PY_IGNORE_IMPORTMISMATCH": "1", "MUTMUT_DEPENDENCY_DEPTH": "-1"}
    set_mutant_under_test("stats")
    with Path("watching.log").open("w") as log, redirect_stdout(log):
        exit_code = runner.collect_stats([])
    cache = Path("mutants/.pytest_cache/v/cache/lastfailed")
    failing = sorted(json.loads(cache.read_text("utf-8"))) if cache.exists() else []
    if exit_code > 1 or len(failing) >= _FAILURES:
        sys.exit(f"Without a change, the tests fail: see {Path('watching.log').resolve()}")
    return failing


def _tests_of(name: str, record: Record) -> tuple[list[str], list[str]]:
    """Return the tests that pass through the function: those to begin with, and the others.

    Each file's fastest come before its slower ones: tests of one file are much alike.
    """
    passing = {*record.functions[mangled_name_from_mutant_name(name)]} - {*record.failing}
    of_file: Counter[str] = Counter()
    ranked: list[tuple[int, float, str]] = []
    for spent, test in sorted((record.seconds[test], test) for test in passing):
        file = test.partition("::")[0]
        ranked.append((of_file[file], spent, test))
        of_file[file] += 1
    tests: list[str] = []
    others: list[str] = []
    seconds = 0.0
    for _, spent, test in sorted(ranked):
        if not tests or seconds + spent <= _SECONDS:
            tests.append(test)
            seconds += spent
        else:
            others.append(test)
    return tests, others


def _verdicts(runner: MutantRunner, names: Iterable[str], record: Record) -> Iterator[str]:
    """Yield what became of each mutant."""
    for name in names:
        tests, others = _tests_of(name, record)
        verdict = _verdict(runner, name, tests, record)
        if others and verdict not in _KILLED:
            verdict = _verdict(runner, name, others, record)
        yield verdict


def _verdict(runner: MutantRunner, name: str, tests: list[str], record: Record) -> str:
    seconds = sum(record.seconds[test] for test in tests)
    # mutmut waits for half of this, which has to do on a busy machine too: pytest itself ends a
    # test that hangs, while this would count as noticed.
    runner.submit(name, tests, ceil(240 + 6 * seconds), seconds)
    verdict: str = status_by_exit_code[runner.wait_for_result().exit_code]
    return verdict


@cache
def _explained() -> set[tuple[str, str, str]]:
    """Return the path, and the line before and after, of the changes that have a reason."""
    listed = tomllib.loads((_HERE / "survivors.toml").read_text("utf-8")).get("survivor", [])
    return {(each["path"], each["before"], each["after"]) for each in listed}


def _run(chosen: list[Change], packages: dict[str, list[str]]) -> int:
    """Run the tests with each change, print the survivors, and return how many have no reason."""
    runner = get_mutant_runner(1)
    record = _watched(runner, chosen, packages)
    verdicts: list[tuple[Change, str]] = []
    set_mutant_under_test("")
    runner.startup()
    try:
        names = [each.name for each in chosen]
        for change, verdict in zip(chosen, _verdicts(runner, names, record), strict=True):
            known = verdict if verdict in _KILLED else _second_verdict(change, verdict)
            verdicts.append((change, known))
            if known not in _KILLED:
                _show(change, known)
    finally:
        # Also of a run that is interrupted.
        for package in packages:
            _show_sum(package, [each for change, each in verdicts if _is_in(package, change)])
        runner.shutdown()
    return sum(verdict not in {*_KILLED, _EXPLAINED} for _, verdict in verdicts)


def _second_verdict(change: Change, verdict: str) -> str:
    """Return what else is known about a change that no test notices."""
    if (change.path, change.before, change.after) in _explained():
        return _EXPLAINED
    refused: bool = _types().refuses(change.path, changed_text(change))
    return _REFUSED if refused else verdict


@cache
def _types() -> TypeChecker:
    return TypeChecker(_HERE.parents[1])


def _show_sum(package: str, verdicts: list[str]) -> None:
    if verdicts:
        killed = sum(each in _KILLED for each in verdicts)
        counts = dict(Counter(verdicts))
        sys.stdout.write(f"\n{package}: {killed} of {len(verdicts)} killed: {counts}")
        sys.stdout.flush()


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
    return int(_run(chosen, choice["packages"]) > 0)


if __name__ == "__main__":
    sys.exit(main())
