"""Messages that make sense only after the turn before."""

import pytest

from tests.assistant.talk import Talk

pytestmark = pytest.mark.requirement("FR-CHAT-121")


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("and envelopes", ["Envelopes"]),
        ("also a pen please", ["Pen"]),
        ("plus tape", ["Tape"]),
        ("oh, and paper clips", ["Paper clips"]),
        ("and eggs, bread and butter", ["Eggs", "Bread", "Butter"]),
        ("and one for reserving the hotel please", ["Reserve the hotel"]),
        ("and another one to pay the rent", ["Pay the rent"]),
        ("and call mom", ["Call mom"]),
        ("glue too", ["Glue"]),
    ],
)
async def test_after_something_was_added_and_adds_something_else(
    words: str, titles: list[str]
) -> None:
    talk = Talk()
    await talk.say("add buy stamps")
    await talk.say(words)
    assert talk.titles == ["Buy stamps", *titles]


@pytest.mark.parametrize(
    "words",
    [
        "and what's the weather?",
        "and play some music",
        "and turn off the lights",
        "and thanks",
        "and so on",
        "and the other one",
        "and you?",
        "me too",
        "and tomorrow",
    ],
)
async def test_after_something_was_added_not_every_and_adds(words: str) -> None:
    talk = Talk()
    await talk.say("add buy stamps")
    await talk.say(words)
    assert talk.titles == ["Buy stamps"]


async def test_and_adds_nothing_when_nothing_was_added_before() -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("mark 1 as done")
    await talk.say("and envelopes")
    assert talk.titles == ["Buy milk"]


async def test_both_are_the_tasks_of_the_last_two_turns() -> None:
    talk = Talk()
    await talk.say("add buy stamps")
    await talk.say("and envelopes")
    await talk.say("mark both as done")
    assert talk.done == [1, 2]


@pytest.mark.parametrize("words", ["and tomorrow?", "what about tomorrow", "and for tomorrow?"])
async def test_another_day_is_asked_for_after_a_list(words: str) -> None:
    talk = await (await Talk().has("Pay rent", due_on="2026-11-22")).has("Call mom")
    await talk.say("what's due today?")
    reply = await talk.say(words)
    assert "Pay rent" in reply
    assert "Call mom" not in reply


@pytest.mark.parametrize(
    "words", ["what did I just add?", "what did you just add", "what did i add just now?"]
)
async def test_what_was_just_added_is_told_without_a_look_up(words: str) -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("add call the school")
    await talk.say("mark 1 as done")
    assert "Call the school" in await talk.say(words)
    assert talk.calls == []


async def test_what_was_just_told_is_it() -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("add call the school")
    await talk.say("what did I just add?")
    await talk.say("delete it")
    assert talk.titles == ["Buy milk"]


async def test_nothing_is_told_that_was_not_done() -> None:
    talk = await Talk().has("Buy milk")
    await talk.say("add call the school")
    assert "nothing of that kind" in await talk.say("what did I just delete?")


@pytest.mark.parametrize("words", ["actually, forget it", "never mind", "oh, forget that"])
async def test_forget_it_after_the_deed_asks_whether_to_undo(words: str) -> None:
    talk = Talk()
    await talk.say("add buy eggs")
    assert "?" in await talk.say(words)
    assert talk.titles == ["Buy eggs"]
    await talk.say("yes")
    assert talk.titles == []
