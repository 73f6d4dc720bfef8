"""Tasks told as done, dates that move, and what is said about a clause before."""

from typing import Any

import pytest

from tests.assistant.talk import Talk
from tests.assistant.test_sentences import add, calls_of, reply_to, show, update


@pytest.mark.requirement("FR-CHAT-119")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("I finally paid the rent", "Pay rent"),
        ("we already booked the hall", "Book the hall"),
        ("the parcel has been mailed", "Mail parcel"),
        ("I've just picked up the suit", "Pick up the suit"),
    ],
)
async def test_what_is_told_as_done_is_ticked_off(sentence: str, title: str) -> None:
    talk = await Talk().has(title, "Something else")
    await talk.say(sentence)
    assert talk.done == [1]


@pytest.mark.requirement("FR-CHAT-119")
async def test_what_is_told_as_done_ticks_off_no_task_that_only_mentions_it() -> None:
    talk = await Talk().has("Ask the landlord about the rent")
    await talk.say("I finally paid the rent")
    assert talk.done == []


@pytest.mark.requirement("FR-CHAT-119")
@pytest.mark.parametrize(
    "sentence",
    [
        "my sister finished her degree",
        "we completed the marathon in four hours",
        "they cancelled the concert",
        "I added too much sugar to my coffee",
        "my boss said the report was done well",
    ],
)
def test_what_is_told_about_a_life_is_no_order(sentence: str) -> None:
    assert reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-120")
@pytest.mark.parametrize(
    ("sentence", "due"),
    [
        ("push task 1 back two days", "2026-12-02"),
        ("delay task 1 by a week", "2026-12-07"),
        ("postpone task 1 another month", "2026-12-30"),
        ("bring task 1 forward by a day", "2026-11-29"),
        ("move task 1 up two weeks", "2026-11-16"),
    ],
)
async def test_a_date_moves_from_the_day_the_task_is_due(sentence: str, due: str) -> None:
    talk = await Talk().has("Pay rent", due_on="2026-11-30")
    await talk.say(sentence)
    assert talk.server.tasks.rows[1]["due_on"] == due


@pytest.mark.requirement("FR-CHAT-120")
async def test_a_task_without_a_date_is_put_off_from_today() -> None:
    talk = await Talk().has("Pay rent")
    await talk.say("push task 1 back two days")
    assert talk.server.tasks.rows[1]["due_on"] == "2026-11-23"


@pytest.mark.requirement("FR-CHAT-103")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("grab some figs, add them to the list", [add("Figs")]),
        ("I have to hand in the essay, put it on my list", [add("Hand in the essay")]),
        ("we don't need figs any more, take them off the list", [show(query="figs")]),
        ("start a packing list and put socks on it", [add("Socks")]),
        ("update my list to include dates and figs", [add("Dates"), add("Figs")]),
    ],
)
def test_a_pronoun_means_what_the_clause_before_was_about(
    sentence: str, wanted: list[tuple[str, dict[str, Any]]]
) -> None:
    assert calls_of(sentence) == wanted


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("add a task to pay rent tomorrow at 6 pm", add("Pay rent at 6 pm", due_on="2026-11-22")),
        ("create a task to pay rent at the bank", add("Pay rent at the bank")),
        ("add water the figs every sunday", add("Water the figs every sunday")),
        ("new task: pay rent at 5 pm", add("Pay rent at 5 pm")),
        ("postpone task 2 until march", update(2, due_on="2027-03-31")),
    ],
)
def test_a_time_or_place_that_is_no_date_stays_in_the_title(
    sentence: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    assert calls_of(sentence) == [wanted]


@pytest.mark.requirement("FR-CHAT-107")
@pytest.mark.parametrize(
    "sentence", ["delete one item", "remove two tasks", "delete one of my tasks", "mark as done"]
)
def test_how_many_is_not_which(sentence: str) -> None:
    assert "Which task shall I" in reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-106")
@pytest.mark.parametrize(
    "sentence",
    [
        "delete all my emails",
        "remove the stain from my shirt",
        "add this song to my playlist",
        "remind me who wrote Dracula",
        "how do I delete a branch in git?",
        "forget it",
        "leave my tasks alone",
        "change the bulb to green",
    ],
)
def test_orders_for_other_assistants_reach_no_task(sentence: str) -> None:
    assert reply_to(sentence)


@pytest.mark.requirement("FR-CHAT-102")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("add balance the checkbook", "Balance the checkbook"),
        ("add balance the checkbook, ok", "Balance the checkbook"),
        ("add tune the piano please", "Tune the piano"),
    ],
)
def test_courtesy_ends_where_a_word_does(sentence: str, title: str) -> None:
    assert calls_of(sentence) == [add(title)]
