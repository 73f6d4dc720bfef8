"""Wordings that no narrow pattern knows, and what looks like a task but is none."""

from typing import Any

import pytest

from chat_api.assistant.verbs import infinitive
from tests.assistant.talk import Talk
from tests.assistant.test_sentences import Wanted, add, calls_of, reply_to, show, update


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("I was hoping you could add napkins to the list", "Napkins"),
        ("I think we should put salsa on the list", "Salsa"),
        ("can milk be added to my list", "Milk"),
        ("peanut butter should also be on my list", "Peanut butter"),
        ("one more thing for the list, trash bags", "Trash bags"),
        ("the kids want popsicles add them to the list", "Popsicles"),
        ("do you think you could remind me to wash the truck", "Wash the truck"),
        ("make sure I take the chicken out of the freezer", "Take the chicken out of the freezer"),
        ("I don't want to forget to register to vote", "Register to vote"),
        ("a reminder to paint the fence would be great", "Paint the fence"),
        ("ad milk to my list", "Milk"),
    ],
)
def test_a_task_is_added_however_it_is_asked_for(sentence: str, title: str) -> None:
    assert calls_of(sentence) == [add(title)]


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    "sentence",
    [
        "catch me up on my to do list",
        "I can't remember what I put on my list",
        "I'm at the store what do I need",
        "what was I supposed to do today",
        "count my tasks",
        "next reminder",
        "details of my shopping list",
        "sort my tasks by due date",
    ],
)
def test_a_list_is_shown_however_it_is_asked_for(sentence: str) -> None:
    assert [name for name, _ in calls_of(sentence)] == ["list_tasks"]


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("kick broccoli off the list", "broccoli"),
        ("eggs are no longer needed on my list", "eggs"),
        ("soap should not be on my list", "soap"),
        ("I no longer want eggs on my list", "eggs"),
        ("unsubscribe me from the water reminder", "water"),
        ("no longer remind me about yoga", "yoga"),
        ("washing the truck can be checked off", "washing"),
        ("the trash has been taken out", "trash"),
    ],
)
def test_the_task_that_is_meant_is_looked_up(sentence: str, words: str) -> None:
    assert calls_of(sentence) == [show(query=words)]


@pytest.mark.requirement("FR-CHAT-126")
@pytest.mark.parametrize(
    "sentence",
    [
        "I need a task deleted",
        "can you edit one of my tasks",
        "delay my reminder by an hour",
        "set a new date for it",
        "delete the task I don't need",
        "I just finished one of them",
    ],
)
def test_what_a_broad_reading_is_about_is_asked_for(sentence: str) -> None:
    assert "Which task shall I" in reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-127")
@pytest.mark.parametrize(
    "sentence",
    [
        "cancel my lunch on friday",
        "cancel my meeting with Lisa",
        "reschedule my meeting to thursday",
        "delete my meeting tomorrow",
        "cancel the pizza",
        "add me to the waiting list",
        "is my name on the list",
        "what's on your bucket list",
        "take me off your mailing list",
        "add a tip of twenty percent to the bill",
        "add ten minutes to the timer",
        "I washed my hands",
        "I finished my sandwich",
        "we finished the whole season in one weekend",
        "complete the survey",
        "this reminds me of a song",
        "I got the job",
        "how do reminders work",
    ],
)
def test_calendars_orders_other_lists_and_stories_hold_no_task(sentence: str) -> None:
    assert reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-127")
async def test_what_is_done_to_a_named_task_is_done_though_it_is_a_meeting() -> None:
    talk = await Talk().has("Meeting with Lisa", "Book flight to Rome")
    await talk.say("delete the meeting with Lisa task")
    await talk.say("mark book flight to Rome as done")
    assert talk.titles == ["Book flight to Rome"]
    assert talk.done == [2]


@pytest.mark.requirement("FR-CHAT-103")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        (
            "Add a task to buy groceries tomorrow and call mom",
            [add("Buy groceries", due_on="2026-11-22"), add("Call mom")],
        ),
        ("add a task to buy milk and call mom", [add("Buy milk and call mom")]),
        ("add milk, I'm out", [add("Milk")]),
        ("add milk, we're almost out of it", [add("Milk")]),
    ],
)
def test_a_date_stays_with_its_chore_and_a_reason_out_of_the_title(
    sentence: str, wanted: Wanted
) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("remind me to buy fireworks on july fourth", add("Buy fireworks", due_on="2027-07-04")),
        (
            "remind me to call Ann on the twenty third",
            add("Call Ann", due_on="2026-11-23"),
        ),
        ("remind me later today to text Jen", add("Text Jen", due_on="2026-11-21")),
        ("change the due date for task 2 to april tenth", update(2, due_on="2027-04-10")),
        ("move task 3 to the first", update(3, due_on="2026-12-01")),
        ("task 3 isn't urgent", update(3, priority="none")),
    ],
)
def test_days_are_read_as_they_are_spoken(
    sentence: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    assert calls_of(sentence) == [wanted]


@pytest.mark.requirement("FR-CHAT-119")
@pytest.mark.parametrize(
    ("past", "verb"),
    [
        ("oiled", "oil"),
        ("wrapped", "wrap"),
        ("baked", "bake"),
        ("organized", "organize"),
        ("carried", "carry"),
        ("paid", "pay"),
        ("seed", "seed"),
    ],
)
def test_a_verb_told_as_done_is_the_verb_of_the_task(past: str, verb: str) -> None:
    assert infinitive(past) == verb


@pytest.mark.requirement("FR-CHAT-119")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("watered the plants", "Water the plants"),
        ("I made the call", "Call Sue"),
        ("the fence is painted", "Paint the fence"),
        ("fyi I finished the report", "Report"),
        ("I bought eggs", "Buy eggs"),
    ],
)
async def test_any_verb_in_the_past_ticks_off_its_task(sentence: str, title: str) -> None:
    talk = await Talk().has(title, "Something else")
    await talk.say(sentence)
    assert talk.done == [1]
