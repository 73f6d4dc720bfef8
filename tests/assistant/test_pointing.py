"""What "the first one", "it", "both" and "the others" mean, and when they mean nothing sure."""

import pytest

from tests.assistant.talk import Talk

pytestmark = pytest.mark.requirement("FR-CHAT-147")


async def _after(talk: Talk, *turns: str) -> Talk:
    for turn in turns:
        await talk.say(turn)
    return talk


async def test_an_ordinal_counts_in_the_newest_list_even_if_that_has_one_task() -> None:
    talk = await Talk().has("Call mom", due_on="2026-11-23")
    await talk.has("Buy bread", "Gym")
    await _after(talk, "move gym to friday", "what's due monday?", "delete the first one")
    assert talk.titles == ["Buy bread", "Gym"]


@pytest.mark.parametrize("words", ["delete the second one", "delete both"])
async def test_there_is_no_second_in_a_list_of_one(words: str) -> None:
    talk = await Talk().has("Call mom", due_on="2026-11-23")
    await talk.has("Buy bread", "Gym")
    await _after(talk, "move gym to friday", "what's due monday?")
    assert "Which one" in await talk.say(words)
    assert len(talk.titles) == 3


async def test_there_is_no_first_in_an_empty_list() -> None:
    talk = await Talk().has("Call mom", "Buy bread")
    await _after(talk, "move bread to friday", "show completed tasks")
    assert "Which task" in await talk.say("delete the first one")
    assert len(talk.titles) == 2


async def test_what_was_added_after_a_short_list_is_counted() -> None:
    talk = await Talk().has("Call mom", due_on="2026-11-23")
    await _after(talk, "what's due monday?", "add milk", "add eggs", "delete the second one")
    assert talk.titles == ["Call mom", "Milk"]


@pytest.mark.parametrize(
    "words", ["delete the other two", "delete the others", "delete the rest", "remove the others"]
)
async def test_the_others_are_not_those_that_were_just_handled(words: str) -> None:
    talk = await Talk().has("Buy milk", "Buy bread", "Buy eggs", "Buy jam")
    await _after(talk, "complete milk and bread", words)
    assert "really delete these 2" in talk.reply
    await talk.say("yes")
    assert talk.titles == ["Buy milk", "Buy bread"]


@pytest.mark.parametrize("words", ["delete it", "delete the first one", "complete it"])
async def test_after_a_message_that_was_not_understood_a_pointer_is_asked_about(words: str) -> None:
    talk = await Talk().has("Call mom", "Buy bread")
    await _after(talk, "show my tasks", "move bread to friday", "how about the hobby ones")
    assert "can't help" in talk.reply
    assert "Shall I really" in await talk.say(words)
    assert not talk.done
    assert len(talk.titles) == 2


async def test_a_list_of_some_of_those_shown_before_is_the_newest() -> None:
    talk = await Talk().has("Milk", "Call mom")
    await talk.has("Bread", "Gym", priority="high")
    await _after(talk, "show my tasks", "show high priority tasks", "delete the first one")
    assert talk.titles == ["Milk", "Call mom", "Gym"]
