"""What people type in short: marks, arrows, half sentences, and notes without a verb."""

from typing import Any

import pytest

from tests.assistant.talk import Talk
from tests.assistant.task_server import Row
from tests.assistant.test_sentences import add, calls_of, reply_to, show


async def _after(message: str) -> list[Row]:
    talk = await Talk().has("Fix tap", "Book vet", "Thesis chapter", "Descale coffee machine")
    await talk.say(message)
    return list(talk.server.tasks.rows.values())


@pytest.mark.requirement("FR-CHAT-131")
@pytest.mark.parametrize(
    ("message", "title", "facts"),
    [
        ("set prio of fix tap to low", "Fix tap", {"priority": "low"}),
        ("priority 1 for fix tap", "Fix tap", {"priority": "high"}),
        ("fix tap -> low", "Fix tap", {"priority": "low"}),
        ("fix tap -> friday", "Fix tap", {"due_on": "2026-11-27"}),
        (
            "descale coffee machine → next weekend",
            "Descale coffee machine",
            {"due_on": "2026-11-29"},
        ),
        ("set due date for book vet to end of may", "Book vet", {"due_on": "2027-05-31"}),
        ("assign tmrw as due date to fix tap", "Fix tap", {"due_on": "2026-11-22"}),
        ("put book vet on sunday instead", "Book vet", {"due_on": "2026-11-22"}),
        ("reschedule book vet to 4pm", "Book vet", {"description": "4pm"}),
        ("book vet -> done", "Book vet", {"completed": True}),
        ("fix tap ✔", "Fix tap", {"completed": True}),
        ("✅ fix tap", "Fix tap", {"completed": True}),
        ("[x] fix tap", "Fix tap", {"completed": True}),
        ("that tap thing is done too", "Fix tap", {"completed": True}),
    ],
)
async def test_a_task_is_changed_in_few_words(
    message: str, title: str, facts: dict[str, Any]
) -> None:
    before = {row["title"]: row for row in await _after("show my tasks")}
    after = {row["title"]: row for row in await _after(message)}
    assert after == before | {title: before[title] | facts}


@pytest.mark.requirement("FR-CHAT-131")
async def test_a_title_is_changed_by_that_word() -> None:
    rows = await _after("change the title of thesis chapter to Chapter 5 - Methods")
    assert rows[2]["title"] == "Chapter 5 - Methods"


@pytest.mark.requirement("FR-CHAT-131")
async def test_several_are_done_in_one_breath() -> None:
    rows = await _after("tap done, vet done")
    assert [row["title"] for row in rows if row["completed"]] == ["Fix tap", "Book vet"]


@pytest.mark.requirement("FR-CHAT-131")
@pytest.mark.parametrize(
    "message",
    [
        "drop the tap, not worth it",
        "scrap fix tap, she did it lol",
        "bin the one about the tap",
        "forget about the tap, it's fine",
        "strike the tap, my sister is doing it",
        "you can delete fix tap, they came",
        "no longer need fix tap",
        "remove subtask fix tap",
        "no more reminders about the tap please",
    ],
)
async def test_a_task_is_dropped_with_a_reason(message: str) -> None:
    rows = await _after(message)
    assert [row["title"] for row in rows] == [
        "Book vet",
        "Thesis chapter",
        "Descale coffee machine",
    ]


@pytest.mark.requirement("FR-CHAT-112")
async def test_what_is_done_is_wiped_after_a_yes() -> None:
    talk = await Talk().has("Fix tap", "Book vet")
    await talk.say("fix tap ✔")
    assert "?" in await talk.say("wipe all done stuff")
    await talk.say("yes")
    assert talk.titles == ["Book vet"]


@pytest.mark.requirement("FR-CHAT-131")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("add clean fridge @home", add("Clean fridge", tags=["home"])),
        ("add write to ann@home.example", add("Write to ann@home.example")),
        ('Add "Finish it" tag thesis prio 1', add("Finish it", priority="high", tags=["thesis"])),
        ("add fix tap p. 3", add("Fix tap p. 3")),
        (
            "add renew passport, deadline 30 june",
            add("Renew passport", due_on="2027-06-30"),
        ),
        ("new: return books 12.5.", add("Return books", due_on="2027-05-12")),
        ("add dentist thursday 14:30", add("Dentist at 14:30", due_on="2026-11-26")),
        ("put car check on there for next month", add("Car check", due_on="2026-12-31")),
    ],
)
def test_a_new_task_is_noted_in_few_words(
    sentence: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    assert calls_of(sentence) == [wanted]


@pytest.mark.requirement("FR-CHAT-131")
@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("#uni", show(tag="uni")),
        ("low prio ones?", show(priority="low")),
        ("completed tasks", show("completed")),
        ("next deadline?", show("pending")),
        ("search invoice", show(query="invoice")),
        (
            "what's on my plate tmrw",
            show("pending", due_after="2026-11-22", due_before="2026-11-22"),
        ),
        ("todays list please", show("pending", due_after="2026-11-21", due_before="2026-11-21")),
        ("can i see what i ticked off", show("completed")),
        ("when am I supposed to call Ann?", show(query="call")),
    ],
)
def test_a_list_is_asked_for_in_few_words(
    sentence: str, wanted: tuple[str, dict[str, Any]]
) -> None:
    assert calls_of(sentence) == [wanted]


@pytest.mark.requirement("FR-CHAT-131")
@pytest.mark.parametrize("sentence", ["reopen", "done"])
def test_a_word_alone_is_asked_about(sentence: str) -> None:
    assert reply_to(sentence).startswith("Which task")


@pytest.mark.requirement("FR-CHAT-106")
@pytest.mark.parametrize(
    "sentence",
    [
        "can i share a list with my wife",
        "is there a keyboard shortcut for new tasks",
        "what's the difference between due date and reminder",
        "search google",
        "remove the ads",
        "reschedule the meeting with tom to 4 pm",
        "so tired today",
        "tom and jerry",
        "hi, hello, bye",
        "put your hands up",
        "do you like pizza",
    ],
)
def test_a_question_or_small_talk_is_no_order_and_no_note(sentence: str) -> None:
    assert not reply_to(sentence).startswith("Shall I add")


@pytest.mark.requirement("FR-CHAT-132")
@pytest.mark.parametrize(
    ("sentence", "offer"),
    [
        ("dentist thursday 14:30", "“Dentist at 14:30” (due Thu 2026-11-26)"),
        ("water the plants every sunday", "“Water the plants every sunday”"),
        (
            "8am tomorrow take out recycling",
            "“Take out recycling at 8am” (due tomorrow (2026-11-22))",
        ),
        ("follow up with Priya by EOD", "“Follow up with Priya” (due today (2026-11-21))"),
        ("gotta book the vet this week", "“Book the vet” (due tomorrow (2026-11-22))"),
        ("shopping: oat milk, bananas", "“Oat milk” and “Bananas”"),
        ("milk, eggs and bread", "“Milk”, “Eggs” and “Bread”"),
        ("1. call Ann 2. buy figs", "“Call Ann” and “Buy figs”"),
    ],
)
def test_a_mere_note_is_offered(sentence: str, offer: str) -> None:
    assert reply_to(sentence) == f"Shall I add {offer} to your list?"


@pytest.mark.requirement("FR-CHAT-132")
async def test_an_offered_list_is_written_after_a_yes() -> None:
    talk = Talk()
    await talk.say("tomorrow: gym, call dad")
    assert talk.titles == []
    await talk.say("yes please")
    assert [(row["title"], row["due_on"]) for row in talk.server.tasks.rows.values()] == [
        ("Gym", "2026-11-22"),
        ("Call dad", "2026-11-22"),
    ]


@pytest.mark.requirement("FR-CHAT-116")
@pytest.mark.parametrize("word", ["one", "mon", "at 5", "in an hour", "daily", "milk,"])
def test_a_word_said_over_and_over_is_answered(word: str) -> None:
    assert reply_to(f"{word} " * 40)
