"""Figures over our own sentences, put in many ways: `make understand` prints them all."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest

from tests.bench import understand
from tests.bench.understand import Judged, acts_wrongly, asks_for_nothing, right, same_title
from tests.bench.utterances import SENTENCES, Utterance, Verdict, judge, utterances

EVERY = 3  # All of them would take as long as many other tests together.


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return [(each, judge(each)) for each in islice(utterances(SENTENCES), 0, None, EVERY)]


def rate(judged: list[Judged], fits: Callable[[Utterance, Verdict], bool]) -> float:
    return sum(fits(*one) for one in judged) / len(judged)


@pytest.mark.requirement("FR-CHAT-117")
def test_the_intent_of_nearly_every_sentence_is_right(judged: list[Judged]) -> None:
    assert rate(judged, right) >= 0.97


@pytest.mark.requirement("FR-CHAT-117")
def test_hardly_a_sentence_that_asks_for_nothing_is_taken_for_an_order(
    judged: list[Judged],
) -> None:
    nothing = [one for one in judged if asks_for_nothing(one[0])]
    assert rate(nothing, lambda *one: not right(*one)) <= 0.01


@pytest.mark.requirement("FR-CHAT-117")
def test_hardly_a_task_is_completed_changed_or_deleted_that_nobody_meant(
    judged: list[Judged],
) -> None:
    assert rate(judged, acts_wrongly) <= 0.003


@pytest.mark.requirement("FR-CHAT-117")
def test_titles_are_found_to_the_letter(judged: list[Judged]) -> None:
    assert rate([one for one in judged if one[0].title], same_title) >= 0.84


@pytest.mark.requirement("FR-CHAT-107")
def test_it_asks_when_the_target_is_missing_or_vague(judged: list[Judged]) -> None:
    vague = [one for one in judged if one[0].vague]
    assert rate(vague, lambda _, verdict: verdict.asked) >= 0.9


@pytest.mark.requirement("FR-CHAT-117")
def test_the_report_names_every_figure(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("".join(SENTENCES.read_text("utf-8").splitlines(keepends=True)[:200]), "utf-8")
    understand.main([str(few), "--wrong"])
    printed = capsys.readouterr().out
    assert "intent right" in printed
    assert "title exact" in printed
    assert "milliseconds a sentence" in printed
