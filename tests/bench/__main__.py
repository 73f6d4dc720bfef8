"""All measurements with one command: `make bench`.

`ARGS="--quick"` measures less exactly, `--peers` measures what others build as well, `--only NAME`
runs one benchmark, and `--publish` writes the results to `specs/benchmarks` and the documents;
those of one benchmark replace its figures there.
"""

import argparse
import asyncio
import sys
import traceback
from collections.abc import AsyncIterator

import uvloop

from tests.bench import report
from tests.bench.calendars import calendars
from tests.bench.calls import calls
from tests.bench.figures import Failure, Results, Row
from tests.bench.history_cost import history_cost
from tests.bench.hostile import hostile
from tests.bench.lists import lists
from tests.bench.live_tasks import live_tasks
from tests.bench.machine import describe
from tests.bench.reminders import reminders
from tests.bench.run import Benchmark, Options
from tests.bench.starting import first_run, starting
from tests.bench.statements import statements
from tests.bench.stopping import stopping
from tests.bench.storage import storage
from tests.bench.streams import streams
from tests.bench.throughput import throughput, workers
from tests.bench.turns import turns
from tests.bench.understand import understanding
from tests.bench.usage import used

BENCHMARKS: dict[str, Benchmark] = {
    "turns": turns,
    "throughput": throughput,
    "streams": streams,
    "workers": workers,
    "statements": statements,
    "calls": calls,
    "history": history_cost,
    "lists": lists,
    "calendars": calendars,
    "storage": storage,
    "starting": starting,
    "first-run": first_run,
    "stopping": stopping,
    "live-tasks": live_tasks,
    "reminders": reminders,
    "understanding": understanding,
    "hostile": hostile,
}


_LONGEST_SECONDS = 900


async def run(names: list[str], options: Options) -> Results:
    """Run benchmarks one after the other; one that fails does not stop the others."""
    results = describe(options)
    for name in names:
        sys.stdout.write(f"\n{name}\n")
        rows: list[Row] = []
        with used({}) as usage:
            try:
                async with asyncio.timeout(_LONGEST_SECONDS):
                    await _collect(BENCHMARKS[name](options), rows)
            except Exception as error:
                traceback.print_exc()
                results.failures.append(Failure(bench=name, error=type(error).__name__))
        sys.stdout.write(f"  ({usage.wall:.0f} s, {usage.foreign_cores:.1f} foreign cores)\n")
        results.rows += [_with_foreign_cores(row, usage.foreign_cores) for row in rows]
    return results


async def _collect(measuring: AsyncIterator[Row], rows: list[Row]) -> None:
    async for row in measuring:
        rows.append(row)
        sys.stdout.write(f"  {report.line(row)}\n")
        sys.stdout.flush()


def _with_foreign_cores(row: Row, of_the_benchmark: float) -> Row:
    known = row.foreign_cores if row.foreign_cores is not None else of_the_benchmark
    return row.model_copy(update={"foreign_cores": round(known, 2), "value": round(row.value, 4)})


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for; 1 if a benchmark failed, which a missed goal is not."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two minutes instead of ten")
    parser.add_argument("--peers", action="store_true", help="measure what others build as well")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="run this one only")
    parser.add_argument(
        "--publish", action="store_true", help="write specs/benchmarks and the documents"
    )
    given = parser.parse_args(arguments)
    options = Options(quick=given.quick, peers=given.peers)
    results = uvloop.run(run(given.only or list(BENCHMARKS), options))
    sys.stdout.write(f"\n{report.table(results)}\n")
    partial = given.publish and given.only
    report.write(report.stored().updated(results) if partial else results, publish=given.publish)
    return 1 if results.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
