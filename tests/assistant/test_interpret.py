"""What the patterns and the models make of a sentence together."""

from typing import Any

import pytest

from tests.assistant.talk import Talk
from tests.assistant.test_sentences import calls_of, reply_to


@pytest.mark.requirement("FR-CHAT-133")
@pytest.mark.parametrize(
    "sentence",
    [
        "what was I supposed to get for mom",
        "how much have I got left to do today?",
        "do I have anything with high priority",
        "did I forget anything for the trip",
    ],
)
def test_a_list_that_no_pattern_knows_is_shown(sentence: str) -> None:
    assert [name for name, _ in calls_of(sentence)] == ["list_tasks"]


@pytest.mark.requirement("FR-CHAT-133")
@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("kindly add one more item to my list that is sugar", {"title": "Sugar"}),
        (
            "could you see to it that I don't forget the cake on monday",
            {"title": "The cake", "due_on": "2026-11-23"},
        ),
        (
            "I'll need reminding to defrost the freezer tomorrow at 5",
            {"title": "Defrost the freezer", "due_on": "2026-11-22", "description": "At 5"},
        ),
    ],
)
async def test_a_task_that_no_pattern_knows_is_added(sentence: str, facts: dict[str, Any]) -> None:
    talk = Talk()
    await talk.say(sentence)
    (row,) = talk.server.tasks.rows.values()
    assert {name: row.get(name) for name in facts} == facts


@pytest.mark.requirement("FR-CHAT-133")
@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("bins are out", {"completed": True}),
        ("the bins are due on monday now, not sunday", {"due_on": "2026-11-23"}),
        ("make the bins top priority in my list", {"priority": "high"}),
    ],
)
async def test_a_task_is_changed_in_words_that_no_pattern_knows(
    sentence: str, facts: dict[str, Any]
) -> None:
    talk = await Talk().has("Milk", "Bins")
    await talk.say(sentence)
    milk, bins = talk.server.tasks.rows.values()
    assert {name: bins.get(name) for name in facts} == facts
    assert not milk["completed"]


@pytest.mark.requirement("FR-CHAT-133")
async def test_a_task_is_deleted_in_words_that_no_pattern_knows() -> None:
    talk = await Talk().has("Milk", "Flour")
    await talk.say("we don't need flour any more, gran brought some")
    assert talk.titles == ["Milk"]


@pytest.mark.requirement("FR-CHAT-133")
@pytest.mark.parametrize("sentence", ["I've changed my mind, take that off", "just did that one"])
async def test_what_is_not_named_is_asked_for(sentence: str) -> None:
    talk = await Talk().has("Milk", "Flour")
    assert "?" in await talk.say(sentence)
    assert (talk.titles, talk.done) == (["Milk", "Flour"], [])


@pytest.mark.requirement("FR-CHAT-134")
@pytest.mark.parametrize(
    "sentence",
    [
        "add forty five and sixty seven",
        "remove ten percent from eighty, how much is it",
        "add penicillin to my allergies on file",
        "delete all my voicemails",
        "change the name of the hallway light to landing",
        "create a new email to sarah about the meeting",
        "what's the list of things I can't take through security",
    ],
)
def test_what_other_assistants_do_calls_nothing(sentence: str) -> None:
    assert calls_of(sentence) == []
    assert reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-135")
@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("jot down pick up the dry cleaning for me", {"title": "Pick up the dry cleaning"}),
        ("set a reminder at 9 for my conference call", {"title": "Conference call"}),
        (
            "add the godfather to movies to watch",
            {"title": "The godfather", "description": "To movies to watch"},
        ),
        ("add lunch with Ada and Grace", {"title": "Lunch with Ada and Grace"}),
        ('add "a note for me please"', {"title": "A note for me please"}),
    ],
)
async def test_a_title_is_without_words_that_say_nothing(
    sentence: str, facts: dict[str, Any]
) -> None:
    talk = Talk()
    await talk.say(sentence)
    (row,) = talk.server.tasks.rows.values()
    assert {name: row.get(name) for name in facts} == facts


@pytest.mark.requirement("FR-CHAT-135")
async def test_a_task_is_found_among_words_that_say_nothing() -> None:
    talk = await Talk().has("Milk", "Dog food")
    await talk.say("we picked up the dog food already mark it on the list")
    assert talk.done == [2]


@pytest.mark.requirement("FR-CHAT-134")
@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("delete the task cancel my insurance policy", []),
        (
            "create a task to top up my phone credit",
            ["Cancel my insurance policy", "Top up my phone credit"],
        ),
    ],
)
async def test_an_order_that_names_tasks_is_never_dropped(sentence: str, left: list[str]) -> None:
    talk = await Talk().has("Cancel my insurance policy")
    await talk.say(sentence)
    assert talk.titles == left


@pytest.mark.requirement("FR-CHAT-133")
@pytest.mark.parametrize(
    "sentence", ["when is the rent due?", "is the rent task marked as done?", "when's the rent due"]
)
async def test_a_question_about_one_task_is_answered_with_that_task(sentence: str) -> None:
    talk = await Talk().has("Milk", "Pay rent", due_on="2026-11-25")
    reply = await talk.say(sentence)
    assert reply.startswith("This is what I have:")
    assert "Pay rent" in reply
    assert "Milk" not in reply
