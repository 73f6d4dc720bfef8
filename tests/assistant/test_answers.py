"""Answers to a question that are neither yes nor no."""

import pytest

from tests.assistant.talk import Talk

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
        ("yes and keep the eggs", ["Buy eggs"]),
        ("yes and not the eggs", ["Buy eggs"]),
        ("yes, except eggs, and add butter", ["Buy eggs", "Butter"]),
        ("only milk and add tea", ["Buy bread", "Buy eggs", "Buy jam", "Tea"]),
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


@pytest.mark.parametrize(
    "answer",
    [
        *("only the cheese", "not the cheese", "yes but not number 9", "yes and no"),
        *("no just complete the first two", "yes and what's the weather"),
        *("wat is up, what is up", "?", "…", ", and", "👍?"),
    ],
)
async def test_an_answer_that_names_none_of_them_changes_nothing(answer: str) -> None:
    talk = await Talk().has(*FOUR)
    await talk.say("delete everything")
    await talk.say(answer)
    assert talk.titles == list(FOUR)
    assert not talk.done


async def test_a_yes_with_something_unclear_behind_it_is_asked_for_once_more() -> None:
    talk = await Talk().has(*FOUR)
    question = await talk.say("delete everything")
    assert await talk.say("yes but milk low") == question
    await talk.say("yes")
    assert talk.titles == []


async def test_what_another_verb_names_is_no_answer() -> None:
    talk = await Talk().has(*FOUR)
    await talk.say("complete everything")
    await talk.say("just delete the first two")
    assert talk.titles == ["Buy eggs", "Buy jam"]
    assert not talk.done


async def test_of_two_questions_the_first_is_asked_and_the_other_named() -> None:
    talk = await Talk().has("Buy milk", tags=["food"])
    await talk.has("Write report", tags=["work"])
    reply = await talk.say("delete all food tasks and complete all work tasks")
    assert "one thing at a time" in reply
    await talk.say("yes")
    assert (talk.titles, talk.done) == (["Write report"], [])


async def test_more_behind_a_yes_is_done_as_well() -> None:
    talk = await Talk().has(*FOUR)
    await talk.say("delete everything")
    await talk.say("yes and add butter")
    assert talk.titles == ["Butter"]


@pytest.mark.parametrize(
    "words",
    [
        *("when is the letter due?", "make the letter due wednesday", "forget it", "thanks"),
        *("what do i have for wednesday?", "is it done", "i don't know", "when is it due"),
    ],
)
async def test_a_question_or_an_order_is_no_new_title(words: str) -> None:
    talk = await Talk().has("Write letter", "Call gran")
    assert "What should task 1 become?" in await talk.say("change task 1")
    await talk.say(words)
    assert talk.titles == ["Write letter", "Call gran"]


@pytest.mark.parametrize("title", ["Write two letters", "What to write", "Call her"])
async def test_a_new_title_is_taken_from_the_answer(title: str) -> None:
    talk = await Talk().has("Write letter")
    await talk.say("change task 1")
    await talk.say(title)
    assert talk.titles == [title]
