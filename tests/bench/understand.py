"""How well the built-in assistant understands sentences: `make understand`.

`make understand ARGS=sentences.jsonl` reads another file; `ARGS="sentences.jsonl --wrong"` also
shows what was read wrongly.
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from statistics import fmean, quantiles

from tests.bench.figures import Row, at_most
from tests.bench.run import Options
from tests.bench.utterances import (
    ACTS,
    SENTENCES,
    Utterance,
    Verdict,
    judge,
    overlap,
    plain,
    utterances,
)

_SLOWEST = 2.0

Judged = tuple[Utterance, Verdict]


def right(utterance: Utterance, verdict: Verdict) -> bool:
    """Whether the intent is right; with several commands one is enough, but none too many."""
    if utterance.accept == {"none"}:
        return verdict.intents == {"none"}
    return bool(verdict.intents & utterance.accept)


def asks_for_nothing(utterance: Utterance) -> bool:
    """Whether a sentence asks for no task operation at all."""
    return utterance.accept == {"none"}


def acts_wrongly(utterance: Utterance, verdict: Verdict) -> bool:
    """Whether a task would be completed, deleted or changed that nobody meant."""
    return bool((verdict.intents & ACTS) - utterance.accept - {utterance.intent})


def same_title(utterance: Utterance, verdict: Verdict) -> bool:
    """Whether the title was found to the letter."""
    return plain(verdict.title) == plain(utterance.title or "")


def share(judged: Iterable[Judged], fits: Callable[[Utterance, Verdict], bool]) -> str:
    """Return in how many cases something holds, and what share that is."""
    found = [fits(utterance, verdict) for utterance, verdict in judged]
    rate = sum(found) / len(found) if found else 0.0
    return f"{sum(found):5} of {len(found):5}  {rate:8.2%}"


def by(judged: list[Judged], key: Callable[[Utterance], str]) -> list[tuple[str, list[Judged]]]:
    """Group what was judged."""
    keys = sorted({key(utterance) for utterance, _ in judged})
    return [(each, [one for one in judged if key(one[0]) == each]) for each in keys]


def _family(utterance: Utterance) -> str:
    return f"{utterance.source.partition('/')[0]} {utterance.intent}"


def figures(judged: list[Judged]) -> Iterator[str]:
    """Yield the lines of the report."""
    for name, group in by(judged, _family):
        yield f"{name:32} {share(group, right)}"
    nothing = [one for one in judged if asks_for_nothing(one[0])]
    with_title = [one for one in judged if one[0].title]
    vague = [one for one in judged if one[0].vague]
    f1 = fmean([overlap(v.title, u.title or "") for u, v in with_title] or [0])
    yield ""
    yield f"{'intent right':32} {share(judged, right)}"
    yield f"{'nothing asked, operation taken':32} {share(nothing, lambda u, v: not right(u, v))}"
    yield f"{'wrong complete, delete, update':32} {share(judged, acts_wrongly)}"
    yield f"{'title exact':32} {share(with_title, same_title)}"
    yield f"{'title F1':32} {f1:24.2%}"
    yield f"{'asks where the target is vague':32} {share(vague, lambda _, v: v.asked)}"
    times = [verdict.seconds * 1000 for _, verdict in judged]
    p95 = quantiles(times, n=20)[-1]
    yield f"{'milliseconds a sentence':32} mean {fmean(times):.3f}, p95 {p95:.3f} (< {_SLOWEST})"


def mistakes(judged: list[Judged]) -> Iterator[str]:
    """Yield a line for every sentence that was read wrongly."""
    for utterance, verdict in judged:
        if not right(utterance, verdict) or acts_wrongly(utterance, verdict):
            yield f"intent  {utterance.intent:9} {sorted(verdict.intents)}  {utterance.text}"
        elif utterance.title and not same_title(utterance, verdict):
            yield f"title   {utterance.title!r} {verdict.title!r}  {utterance.text}"
        elif utterance.vague and not verdict.asked:
            yield f"asks not  {utterance.text}"


async def understanding(options: Options) -> AsyncIterator[Row]:
    """Judge our own sentences; the report above says more."""
    sample = list(utterances(SENTENCES))[:: options.choose(1, 20)]
    judged = await asyncio.to_thread(
        lambda: [(utterance, judge(utterance)) for utterance in sample]
    )
    p95 = quantiles([verdict.seconds * 1000 for _, verdict in judged], n=20)[-1]
    correct = fmean(right(*each) for each in judged) * 100
    for measure, value, unit, goal in (
        ("95th percentile of a sentence", p95, "ms", at_most(_SLOWEST)),
        ("sentences whose intent is right", correct, "%", None),
    ):
        yield Row(
            bench="understanding",
            subject="built-in assistant",
            case=f"{len(judged):,} sentences",
            measure=measure,
            value=value,
            unit=unit,
            goal=goal,
        )


def main(arguments: list[str]) -> None:
    """Judge a file of sentences and print what came of it."""
    parser = argparse.ArgumentParser(prog="make understand")
    parser.add_argument("sentences", nargs="?", type=Path, default=SENTENCES)
    parser.add_argument("--wrong", action="store_true", help="show what was read wrongly")
    options = parser.parse_args(arguments)
    sample = list(utterances(options.sentences))
    judge(sample[0])  # the first of a process is slower
    judged = [(utterance, judge(utterance)) for utterance in sample]
    for line in chain(mistakes(judged) if options.wrong else (), figures(judged)):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
