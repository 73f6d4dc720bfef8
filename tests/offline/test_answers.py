"""Answers to a question that are neither yes nor no."""

import pytest

from tests.offline.talk import Talk

pytestmark = pytest.mark.requirement("FR-CHAT-148")

FOUR = ("Buy milk", "Buy bread", "Buy eggs", "Buy jam")


@pytest.mark.parametrize(
    ("answer", "left"),
    [
        ("only the first two", ["Buy eggs", "Buy jam"]),
        ("just milk", ["Buy bread", "Buy eggs", "Buy jam"]),
        ("no, just the bread", ["Buy milk", "Buy eggs", "Buy jam"]),
        ("1 and 2", ["Buy eggs", "Buy jam"]),
        ("all but the last", ["Buy jam"]),
        ("yes but not the jam", ["Buy jam"]),
        ("yes, except milk and eggs", ["Buy milk", "Buy eggs"]),
        ("ok but leave the eggs", ["Buy eggs"]),
    ],
)
async def test_some_of_many_are_named_in_the_answer(answer: str, left: list[str]) -> None:
    talk = await Talk().has(*FOUR)
    await talk.say("delete everything")
    await talk.say(answer)
    assert talk.titles == left


async def test_a_no_to_some_is_no_yes_to_the_others() -> None:
    talk = await Talk().has(*FOUR)
    await talk.say("delete everything")
    assert "delete these 3 tasks" in await talk.say("not the eggs")
    assert talk.titles == list(FOUR)
    await talk.say("yes")
    assert talk.titles == ["Buy eggs"]


@pytest.mark.parametrize("answer", ["only the cheese", "not the cheese", "yes but not number 9"])
async def test_an_answer_that_names_none_of_them_changes_nothing(answer: str) -> None:
    talk = await Talk().has(*FOUR)
    await talk.say("delete everything")
    await talk.say(answer)
    assert talk.titles == list(FOUR)


async def test_more_behind_a_yes_is_done_as_well() -> None:
    talk = await Talk().has(*FOUR)
    await talk.say("delete everything")
    await talk.say("yes and add butter")
    assert talk.titles == ["Butter"]


@pytest.mark.parametrize(
    "words",
    ["when is the letter due?", "make the letter due wednesday", "what do i have for wednesday?"],
)
async def test_a_question_or_an_order_is_no_new_title(words: str) -> None:
    talk = await Talk().has("Write letter", "Call gran")
    assert "What should task 1 become?" in await talk.say("change task 1")
    await talk.say(words)
    assert talk.titles == ["Write letter", "Call gran"]
