"""How well the built-in assistant understands what it was not fitted to: `make understand`.

`tests/assistant/unseen` has sentences and everyday conversations by people who had not seen the
assistant, and what it made of them at the first look; nothing is fitted to them. Sentences are
read, and conversations are played. `make understand ARGS="file.jsonl --wrong"` takes another file,
whose name begins with `everyday` if it has conversations, and shows what went wrong.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import fmean, quantiles

from chat_api.assistant import entities, frames
from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.dialogue import requests_of
from chat_api.assistant.evidence import likeliest
from chat_api.assistant.frame import ACTS, Request
from chat_api.assistant.policy import if_sure
from chat_api.assistant.state import State
from chat_api.assistant.titles import titles_of
from tests.bench.everyday import play
from tests.bench.everyday import table as everyday_table
from tests.bench.everyday.expectation import conversations
from tests.bench.figures import Row, at_most
from tests.bench.run import Options

UNSEEN = Path(__file__).parents[1] / "assistant" / "unseen"
_FIRST_LOOK = UNSEEN / "first_look.json"
_EVERYDAY = "everyday"
_NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
_SLOWEST = 1.0
# What the labels call them.
_LABELS = {"plan": "list", "reopen": "update"}
_CHANGES = frozenset({"complete", "delete", "update"})
_LABELLED = _CHANGES | {"add", "list"}
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"a", "an", "the", "my", "our", "some"})
_FIGURES = ("intent", "none to write", "wrong change", "wrong add", "title")


@dataclass(frozen=True)
class Sentence:
    """A sentence with the intents that count as right and, of new tasks, accepted titles."""

    source: str
    text: str
    accept: frozenset[str]
    titles: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Reading:
    """What a sentence was taken for.

    Attributes:
        intents: As read, whether or not that is sure enough to act.
        acts: Those that would be carried out if the tasks that are named exist.
        titles: Of new tasks.
        milliseconds: Of CPU time.

    """

    intents: frozenset[str]
    acts: frozenset[str]
    titles: tuple[str, ...]
    milliseconds: float


Judged = tuple[Sentence, Reading]
FirstLook = Mapping[str, Mapping[str, float]]


def sentences(path: Path) -> Iterator[Sentence]:
    """Read a file of one JSON object a line: text, intent; source, accept, titles if any."""
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        silver = "silver_slots" in row.get("flags", ())
        title = None if silver else row.get("slots", {}).get("title")
        titles = row.get("titles", [[title]] if title and row["intent"] == "add" else [])
        yield Sentence(
            source=str(row.get("source", path.stem)).partition("/")[0],
            text=row["text"],
            accept=frozenset(row.get("accept", [row["intent"]])),
            titles=tuple(tuple(each) for each in titles),
        )


def read(text: str) -> Reading:
    """Read a sentence as the first message of a conversation."""
    began = time.process_time()
    found = entities.find(text, _NOW.date())
    requests = requests_of(frames.read(text, found), text, State(), _NOW)
    milliseconds = (time.process_time() - began) * 1000
    sure = [if_sure(likeliest(each, _named_tasks(each))) for each in requests]
    return Reading(
        intents=_labels(requests),
        acts=_labels([each for each in sure if _acts(each)]) & (_CHANGES | {"add"}),
        titles=tuple(title for each in requests for title in titles_of(each.titles)),
        milliseconds=milliseconds,
    )


def _acts(request: Request) -> bool:
    """Whether a request is carried out if there are such tasks, and not asked about."""
    return bool(request.titles or request.target)


def _named_tasks(request: Request) -> tuple[TaskSnapshot, ...]:
    """Return the tasks that the likeliest reading changes, as if they were there."""
    words = request.target.words if request.intent in ACTS else ()
    return tuple(TaskSnapshot(number, title) for number, title in enumerate(words, 1))


def _labels(requests: Sequence[Request]) -> frozenset[str]:
    names = {_LABELS.get(each.intent, each.intent) for each in requests}
    return frozenset(names & _LABELLED) or frozenset({"none"})


def right(sentence: Sentence, reading: Reading) -> bool:
    """Whether the intent is right; of several commands one is enough, but none too many."""
    if sentence.accept == {"none"}:
        return reading.intents == {"none"}
    return bool(reading.intents & sentence.accept)


def same_titles(sentence: Sentence, reading: Reading) -> bool:
    """Whether each new task has an accepted title, but for articles."""
    plain = [_plain(title) for title in reading.titles]
    return len(plain) == len(sentence.titles) and all(
        any(_plain(spelling) in plain for spelling in spellings) for spellings in sentence.titles
    )


def _plain(title: str) -> tuple[str, ...]:
    return tuple(word for word in _WORD.findall(title.casefold()) if word not in _ARTICLES)


def figures(judged: Sequence[Judged]) -> dict[str, float]:
    """Return the rates of some sentences, in percent; NaN where there is nothing to rate."""
    nothing = [one for one in judged if one[0].accept == {"none"}]
    added = [one for one in judged if one[0].titles and "add" in one[1].intents]
    return {
        "intent": _percent(right(*one) for one in judged),
        "none to write": _percent(bool(reading.acts) for _, reading in nothing),
        "wrong change": _percent(
            bool((reading.acts & _CHANGES) - sentence.accept) for sentence, reading in judged
        ),
        "wrong add": _percent(
            "add" in reading.acts - sentence.accept for sentence, reading in judged
        ),
        "title": _percent(same_titles(*one) for one in added),
    }


def _percent(found: Iterable[bool]) -> float:
    values = list(found)
    return 100 * fmean(values) if values else float("nan")


def table(judged: Sequence[Judged], first_look: FirstLook) -> Iterator[str]:
    """Yield a line for each source: each figure now, and in brackets at the first look."""
    yield f"{'%':20}{'n':>6}" + "".join(f"{name:>20}" for name in _FIGURES)
    sources = sorted({sentence.source for sentence, _ in judged})
    groups = {name: [one for one in judged if one[0].source == name] for name in sources}
    for name, group in [*groups.items(), ("all", list(judged))]:
        now, then = figures(group), first_look.get(name, {})
        cells = (f"{now[each]:.1f} ({_shown(then.get(each))})" for each in _FIGURES)
        yield f"{name:20}{len(group):6}" + "".join(f"{cell:>20}" for cell in cells)
    times = [reading.milliseconds for _, reading in judged]
    p95 = quantiles(times, n=20)[-1]
    yield f"milliseconds a sentence: mean {fmean(times):.3f}, p95 {p95:.3f} (< {_SLOWEST})"


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f}"


def mistakes(judged: Iterable[Judged]) -> Iterator[str]:
    """Yield a line for each sentence that was read wrongly."""
    for sentence, reading in judged:
        if not right(sentence, reading) or reading.acts - sentence.accept:
            expected, found = "/".join(sorted(sentence.accept)), "/".join(sorted(reading.intents))
            yield f"intent  {expected:16} {found:16} {sentence.text}"
        elif sentence.titles and not same_titles(sentence, reading):
            yield f"title   {reading.titles}  {sentence.text}"


async def understanding(options: Options) -> AsyncIterator[Row]:
    """Judge the unseen sentences; the report above says more."""
    sample = _unseen()[:: options.choose(1, 10)]
    judged = await asyncio.to_thread(lambda: [(each, read(each.text)) for each in sample])
    p95 = quantiles([reading.milliseconds for _, reading in judged], n=20)[-1]
    for measure, value, unit, goal in (
        ("95th percentile of a sentence", p95, "ms", at_most(_SLOWEST)),
        ("unseen sentences whose intent is right", figures(judged)["intent"], "%", None),
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


def _unseen() -> list[Sentence]:
    return [each for path in _files() if not _is_everyday(path) for each in sentences(path)]


def _files() -> list[Path]:
    return sorted(UNSEEN.glob("*.jsonl"))


def _is_everyday(path: Path) -> bool:
    return path.stem.startswith(_EVERYDAY)


def _read_sentences(files: Sequence[Path], first_look: FirstLook, *, wrong: bool) -> Iterator[str]:
    frames.load()
    judged = [(each, read(each.text)) for path in files for each in sentences(path)]
    yield from mistakes(judged) if wrong else ()
    yield from table(judged, first_look)


def _play_everyday(files: Sequence[Path], first_look: FirstLook, *, wrong: bool) -> Iterator[str]:
    played = {path: conversations(path) for path in files}
    turns = iter(asyncio.run(play.play_all([each for group in played.values() for each in group])))
    groups = {
        path.stem.replace("_", " "): list(islice(turns, sum(len(each.turns) for each in group)))
        for path, group in played.items()
    }
    if wrong:
        yield from everyday_table.mistakes(turn for group in groups.values() for turn in group)
    yield from everyday_table.table(groups, first_look)


def main(arguments: list[str]) -> None:
    """Judge sentences and conversations, and print what came of it."""
    parser = argparse.ArgumentParser(prog="make understand")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--wrong", action="store_true", help="show what went wrong")
    options = parser.parse_args(arguments)
    files: list[Path] = options.files or _files()
    first_look: FirstLook = json.loads(_FIRST_LOOK.read_text("utf-8"))
    for judge, chosen in (
        (_read_sentences, [path for path in files if not _is_everyday(path)]),
        (_play_everyday, [path for path in files if _is_everyday(path)]),
    ):
        for line in judge(chosen, first_look, wrong=options.wrong) if chosen else ():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
