"""When somebody wants to be reminded: the day is the due date, and the rest is noted."""

from datetime import date
from typing import Any

import pytest

from chat_api.assistant.interpret import interpret
from tests.assistant.talk import Talk
from tests.assistant.task_server import Row
from tests.assistant.test_sentences import add, calls_of

TODAY, TOMORROW, FRIDAY = "2026-11-21", "2026-11-22", "2026-11-27"


def noted(title: str, note: str, **facts: Any) -> tuple[str, dict[str, Any]]:
    return add(title, description=note, **facts)


@pytest.mark.requirement("FR-CHAT-128")
@pytest.mark.parametrize(
    ("sentence", "title", "note"),
    [
        ("remind me to take the bins out at 5", "Take the bins out", "At 5"),
        ("remind me at 8pm to take the bins out", "Take the bins out", "At 8pm"),
        ("at 6 pm remind me to feed the cat", "Feed the cat", "At 6 pm"),
        ("set a reminder for 7:30 to feed the cat", "Feed the cat", "7:30"),
        ("set a reminder for 7am feed the cat", "Feed the cat", "7am"),
        ("alert me at half past four to fetch the twins", "Fetch the twins", "At half past four"),
        (
            "remind me at five forty five p m to feed the cat",
            "Feed the cat",
            "At five forty five p m",
        ),
        ("I need a reminder at noon to stretch", "Stretch", "At noon"),
        ("remind me to defrost the peas in the morning", "Defrost the peas", "In the morning"),
        ("remind me in 20 minutes to stir the soup", "Stir the soup", "In 20 minutes"),
        (
            "remind me to check the ham in an hour and a half",
            "Check the ham",
            "In an hour and a half",
        ),
        ("remind me every monday to water the figs", "Water the figs", "Every monday"),
        ("remind me to water the figs twice a week", "Water the figs", "Twice a week"),
        ("set a daily reminder at 8pm to take my pills", "Take my pills", "Daily, at 8pm"),
        ("remind me each weekday at 7:10 to pack lunch", "Pack lunch", "Each weekday at 7:10"),
        ("reminder for yoga on tuesdays and fridays", "Yoga", "On tuesdays and fridays"),
        ("remind me to pay rent on the 1st of each month", "Pay rent", "On the 1st of each month"),
        ("remind me to pay rent the last friday of every month", "Pay rent", None),
        ("remind me to text Ann when I get home", "Text Ann", "When I get home"),
        ("remind me before I go to bed to lock up", "Lock up", "Before I go to bed"),
        ("don't let me forget to pay rent before work", "Pay rent", "Before work"),
        ("make sure I remember to buy figs on the way home", "Buy figs", "On the way home"),
        ("remind me after dinner to call Ann back", "Call Ann back", "After dinner"),
        ("remind me two hours before my flight to pack", "Pack", "Two hours before my flight"),
        ("remind me at the bank to pay rent", "Pay rent", "At the bank"),
        ("set a 3pm reminder to call the vet", "Call the vet", "3pm"),
        ("remind me to leave in half an hour", "Leave", "In half an hour"),
        ("remind me to water the figs every 8 hrs", "Water the figs", "Every 8 hrs"),
        ('remind me to watch "Before Noon" at 8pm', 'Watch "Before Noon"', "At 8pm"),
        ("remind me to take pills twice a day with note: after food", "Take pills", None),
    ],
)
def test_a_reminder_is_called_what_is_to_be_done(
    sentence: str, title: str, note: str | None
) -> None:
    ((_, facts),) = calls_of(sentence)
    kept = {"Pay rent": "The last friday of every month", "Take pills": "Twice a day\nafter food"}
    assert facts == {"title": title, "description": note or kept[title]}


@pytest.mark.requirement("FR-CHAT-128")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        (
            "remind me to take the bins out tonight",
            noted("Take the bins out", "Tonight", due_on=TODAY),
        ),
        (
            "set a reminder for tomorrow at 9 to call Ann",
            noted("Call Ann", "At 9", due_on=TOMORROW),
        ),
        ("tomorrow morning remind me to run", noted("Run", "In the morning", due_on=TOMORROW)),
        ("remind me to call Ann at 7 on friday", noted("Call Ann", "At 7", due_on=FRIDAY)),
        (
            "june 3rd at 2:15 remind me about the doctor",
            noted("The doctor", "At 2:15", due_on="2027-06-03"),
        ),
        (
            "remind me to call Ann when I'm back on friday",
            noted("Call Ann", "When I'm back on friday", due_on=FRIDAY),
        ),
        ("remind me to pay rent by friday", add("Pay rent", due_on=FRIDAY)),
        (
            "remind me on friday to buy tickets for saturday",
            add("Buy tickets for saturday", due_on=FRIDAY),
        ),
        (
            "remind me to run mon wed fri",
            noted("Run", "Mon wed fri", due_on="2026-11-23"),
        ),
        (
            "I have to return the books tomorrow, remind me at noon",
            noted("Return the books", "At noon", due_on=TOMORROW),
        ),
    ],
)
def test_the_day_is_the_due_date_and_the_rest_is_noted(
    sentence: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    assert calls_of(sentence) == [wanted]


@pytest.mark.requirement("FR-CHAT-128")
def test_two_reminders_keep_their_own_times() -> None:
    assert calls_of("remind me to buy milk at 5 and call Ann at 6") == [
        noted("Buy milk", "At 5"),
        noted("Call Ann", "At 6"),
    ]


@pytest.mark.requirement("FR-CHAT-128")
@pytest.mark.parametrize(
    ("sentence", "title"),
    [
        ("remind me to buy the book after earth", "Buy the book after earth"),
        ('remind me to read "Home at 8"', "Read"),
        ("remind me to ask when I get paid", "Ask when I get paid"),
        ("remind me to plan a weekly review", "Plan a weekly review"),
        ("remind me to check the weather before the hike", "Check the weather before the hike"),
        ("create a task to meet john after 5 pm", "Meet john after 5 pm"),
        ("add call mom at 5", "Call mom at 5"),
    ],
)
def test_what_may_be_part_of_the_thing_stays_in_the_title(sentence: str, title: str) -> None:
    ((_, facts),) = calls_of(sentence)
    assert facts["title"].startswith(title)
    assert "description" not in facts


@pytest.mark.requirement("FR-CHAT-128")
async def test_the_confirmation_tells_the_time_as_a_note() -> None:
    reply = await Talk().say("remind me to take the bins out tonight")
    assert reply == "Added “Take the bins out” as task 1 (due today (2026-11-21) · note: Tonight)."


@pytest.mark.requirement("FR-CHAT-128")
async def test_a_time_is_kept_until_the_title_is_told() -> None:
    talk = Talk()
    await talk.say("remind me tomorrow at noon")
    await talk.say("call mom")
    assert talk.calls == [noted("Call mom", "At noon", due_on=TOMORROW)]


async def _after(message: str, *reminders: str) -> tuple[list[Row], Talk]:
    talk = Talk()
    for reminder in reminders:
        await talk.say(reminder)
    talk.items.clear()
    await talk.say(message)
    return list(talk.server.tasks.rows.values()), talk


@pytest.mark.requirement("FR-CHAT-129")
@pytest.mark.parametrize(
    "message",
    [
        "cancel my reminder for yoga at 6",
        "cancel the reminder for yoga tomorrow",
        "remove tomorrow's reminder for yoga",
        "delete my 6 pm reminder",
        "delete the second one, the one about yoga",
        "take off the reminder for yoga tomorrow at 6",
        "delete the yoga reminder",
    ],
)
async def test_a_reminder_is_found_by_what_it_is_about(message: str) -> None:
    rows, _ = await _after(
        message, "remind me to pay rent at 5", "remind me about yoga tomorrow at 6 pm"
    )
    assert [row["title"] for row in rows] == ["Pay rent"]


@pytest.mark.requirement("FR-CHAT-129")
@pytest.mark.parametrize(
    "message", ["cancel my reminder for yoga at 7", "delete the yoga reminder on monday"]
)
async def test_a_time_that_is_not_the_tasks_is_asked_about(message: str) -> None:
    rows, talk = await _after(message, "remind me about yoga tomorrow at 6 pm")
    assert len(rows) == 1
    assert "?" in talk.reply


@pytest.mark.requirement("FR-CHAT-129")
async def test_the_time_tells_two_of_a_name_apart() -> None:
    rows, _ = await _after(
        "cancel my reminder for yoga at 6", "remind me about yoga at 6", "remind me about yoga at 7"
    )
    assert [row["description"] for row in rows] == ["At 7"]


@pytest.mark.requirement("FR-CHAT-129")
async def test_how_often_tells_two_of_a_name_apart() -> None:
    rows, _ = await _after(
        "remove my weekly reminder to stretch",
        "set a weekly reminder to stretch",
        "remind me daily to stretch",
    )
    assert [row["description"] for row in rows] == ["Daily"]


@pytest.mark.requirement("FR-CHAT-129")
async def test_a_title_that_holds_its_time_is_found_by_it() -> None:
    rows, _ = await _after("delete call mom at 5", "add call mom at 5", "add call mom")
    assert [row["title"] for row in rows] == ["Call mom"]


@pytest.mark.requirement("FR-CHAT-130")
@pytest.mark.parametrize(
    ("message", "facts"),
    [
        ("change my 5pm reminder to 6pm", {"description": "At 6pm"}),
        ("bump my 5:00 reminder up to 5:45", {"description": "At 5:45"}),
        ("move the rent reminder to tomorrow at 9", {"description": "At 9", "due_on": TOMORROW}),
        (
            "make my rent reminder every friday instead of monday",
            {"description": "Every friday\nAt 5pm"},
        ),
        ("make the rent reminder daily", {"description": "Daily\nAt 5pm"}),
        (
            "I want my rent reminder to repeat every 8 hours instead of every 6",
            {"description": "Every 8 hours\nAt 5pm"},
        ),
        ("change the time for pay rent to 3.30", {"description": "At 3.30"}),
        ("reschedule pay rent to 4pm", {"description": "At 4pm"}),
    ],
)
async def test_a_time_is_changed_where_it_stands(message: str, facts: dict[str, str]) -> None:
    rows, _ = await _after(message, "remind me to pay rent at 5pm")
    assert {name: rows[0].get(name) for name in facts} == facts
    assert rows[0]["title"] == "Pay rent"


@pytest.mark.requirement("FR-CHAT-130")
async def test_a_time_in_a_title_is_changed_there() -> None:
    rows, _ = await _after("reschedule call mom to 6pm", "add call mom at 5")
    assert rows[0]["title"] == "Call mom at 6pm"


@pytest.mark.requirement("FR-CHAT-130")
async def test_an_appointment_is_no_task_to_move() -> None:
    rows, talk = await _after("reschedule the meeting with tom to 4 pm", "add meeting with tom")
    assert rows == [{"id": 1, "title": "Meeting with tom", "completed": False}]
    assert not talk.calls


@pytest.mark.requirement("FR-CHAT-130")
async def test_a_note_is_added_to_what_is_noted() -> None:
    rows, _ = await _after("add a note to task 1: by card", "remind me to pay rent at 5pm")
    assert rows[0]["description"] == "At 5pm\nby card"


@pytest.mark.requirement("FR-CHAT-116")
@pytest.mark.parametrize("message", ["Daily, at 8pm", "add daily, at 8pm", "at 5, every monday"])
def test_times_alone_come_to_an_end(message: str) -> None:
    assert interpret(message, date(2026, 11, 21))
