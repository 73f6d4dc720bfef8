"""What must not be taken for an order, and what an order must not reach."""

import pytest

from tests.assistant.talk import Talk
from tests.assistant.test_sentences import Wanted, add, calls_of, reply_to

pytestmark = pytest.mark.requirement("FR-CHAT-144")


async def _list() -> Talk:
    talk = await Talk().has("Buy milk", "Call mom")
    return await talk.has("Pay rent", priority="high", tags=["home", "bills"])


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("remove the priority of rent", {"priority": "none"}),
        ("set rent's priority to none", {"priority": "none"}),
        ("remove all tags from the rent", {"tags": []}),
        ("remove tag home from rent", {"tags": ["bills"]}),
        ("remove #bills from the rent", {"tags": ["home"]}),
        ("add the tag flat to rent", {"tags": ["home", "bills", "flat"]}),
        ("add #flat to rent", {"tags": ["home", "bills", "flat"]}),
        ('add note "by card" to rent', {"description": "by card"}),
        ("change rent's due date to friday", {"due_on": "2026-11-27"}),
    ],
)
async def test_an_order_about_a_field_changes_that_field(
    words: str, values: dict[str, object]
) -> None:
    talk = await _list()
    await talk.say(words)
    assert talk.calls[-1] == ("update_task", {"task_id": 3, **values})
    assert talk.titles == ["Buy milk", "Call mom", "Pay rent"]


@pytest.mark.parametrize(
    "words",
    [
        "when I've finished the report, mark milk as done",
        "if it rains tomorrow, move call mom to monday",
        "delete milk unless it's high priority",
        "only if overdue, delete call mom",
    ],
)
def test_an_order_that_would_have_to_wait_is_not_carried_out(words: str) -> None:
    assert "I can't wait" in reply_to(words)


@pytest.mark.parametrize(
    "words",
    [
        "I almost paid the rent",
        "mom called",
        "rename my list to Chores",
        "undo everything",
        "I called mom but she was out",
        "half of the rent is done",
        "I paid the rent last month",
        "let's pretend the rent is paid",
        "I'm thinking about deleting the milk",
        "I was going to change the rent to low priority",
        "remember when we bought milk?",
        "complete milk. oh wait, don't",
        "should I move rent to friday?",
        "undo twice",
    ],
)
async def test_nothing_is_changed(words: str) -> None:
    talk = await _list()
    await talk.say("show my tasks")
    await talk.say(words)
    await talk.say("yes")
    assert talk.calls == []


@pytest.mark.parametrize(
    "words",
    ["can I delete the milk?", "is it ok to delete milk?", "should I delete the milk task?"],
)
async def test_who_asks_whether_they_may_is_asked(words: str) -> None:
    talk = await _list()
    assert "Shall I really delete" in await talk.say(words)
    assert talk.titles == ["Buy milk", "Call mom", "Pay rent"]
    await talk.say("yes")
    assert talk.titles == ["Call mom", "Pay rent"]


async def test_what_is_asked_names_the_change() -> None:
    talk = await _list()
    assert "move these 3 tasks to Mon 2026-11-23?" in await talk.say("move everything to monday")
    assert "change these 3 tasks to high priority?" in await talk.say("set all to high priority")


@pytest.mark.parametrize("words", ["due this month?", "anything due next month?"])
async def test_a_question_about_days_lists(words: str) -> None:
    talk = await _list()
    await talk.say("what's due this week?")
    await talk.say(words)
    assert [tool for tool, _ in talk.calls] == ["list_tasks"]


@pytest.mark.requirement("FR-CHAT-145")
@pytest.mark.parametrize(
    ("words", "done", "left"),
    [
        ("complete milk, mom and rent", [1, 2, 3], 3),
        ("mark buy milk, call mom and pay rent as done", [1, 2, 3], 3),
        ("complete milk & mom", [1, 2], 3),
        ("delete milk, mom and rent", [], 0),
        ("complete mom, delete milk", [2], 2),
        ("add figs. complete milk.", [1], 4),
        ("delete milk; finish mom; add figs", [2], 3),
        ("make milk high priority and rent low priority", [], 3),
        ("mark mom done, not milk", [2], 3),
        ("delete milk but not mom", [], 2),
    ],
)
async def test_nothing_that_is_named_is_dropped(words: str, done: list[int], left: int) -> None:
    talk = await _list()
    await talk.say(words)
    assert (talk.done, len(talk.titles)) == (done, left)


@pytest.mark.requirement("FR-CHAT-145")
async def test_what_is_left_out_is_told() -> None:
    talk = await _list()
    reply = await talk.say("set the table and delete milk")
    assert talk.titles == ["Call mom", "Pay rent"]
    assert "“set the table”" in reply


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (
            "add gym and laundry, both for monday",
            [add("Gym", due_on="2026-11-23"), add("Laundry", due_on="2026-11-23")],
        ),
        (
            "add gym on monday, laundry on tuesday",
            [add("Gym", due_on="2026-11-23"), add("Laundry", due_on="2026-11-24")],
        ),
        (
            "add gym (high), laundry (low)",
            [add("Gym", priority="high"), add("Laundry", priority="low")],
        ),
        (
            "add gym tagged health and laundry tagged home",
            [add("Gym", tags=["health"]), add("Laundry", tags=["home"])],
        ),
        (
            "add figs, due: friday, priority: high, tags: shop, food",
            [add("Figs", due_on="2026-11-27", priority="high", tags=["shop", "food"])],
        ),
        (
            "add these with high priority:\n- figs\n- bread (2 loaves)",
            [add("Figs", priority="high"), add("Bread (2 loaves)", priority="high")],
        ),
        (
            "Add three tasks: laundry, dishes, vacuum",
            [add("Laundry"), add("Dishes"), add("Vacuum")],
        ),
        (
            'add a task with title "Slides" and description "Ten of them"',
            [add("Slides", description="Ten of them")],
        ),
        ("I need to: 1. buy paint 2. call Bob", [add("Buy paint"), add("Call Bob")]),
        (
            "add call mom, high priority, and email Bob, low priority",
            [add("Call mom", priority="high"), add("Email Bob", priority="low")],
        ),
        (
            "Add a task: Learn Spanish. Priority low. Tag: hobby.",
            [add("Learn Spanish", priority="low", tags=["hobby"])],
        ),
        (
            "add figs, tag home, high priority",
            [add("Figs", priority="high", tags=["home"])],
        ),
        (
            'add "buy lamp" with note "blue one", due friday',
            [add("Buy lamp", due_on="2026-11-27", description="blue one")],
        ),
        (
            "Could you add two tasks for me? Buy paint, and tape the walls",
            [add("Buy paint"), add("Tape the walls")],
        ),
        (
            "add a dentist appointment tomorrow at 3pm",
            [add("Dentist appointment", due_on="2026-11-22", description="At 3pm")],
        ),
        ("add bread but not milk", [add("Bread")]),
    ],
)
def test_values_stay_with_their_tasks(words: str, wanted: Wanted) -> None:
    assert calls_of(words) == wanted


@pytest.mark.parametrize(
    ("words", "done"),
    [
        ("everything is done apart from the rent", [1, 2]),
        ("I did everything except the milk", [2, 3]),
        ("I meant to complete the milk task", [1]),
        ("complete milk or mom", []),
    ],
)
async def test_what_is_not_plain_is_asked(words: str, done: list[int]) -> None:
    talk = await _list()
    await talk.say(words)
    assert (talk.done, len(talk.titles)) == ([], 3)
    await talk.say("yes")
    assert talk.done == done


async def test_it_is_what_the_sentence_speaks_of() -> None:
    talk = await _list()
    await talk.say("add figs")
    await talk.say("the taxi is too expensive, remove it")
    assert "Figs" in talk.titles
    await talk.say("I'm not paying the rent, remove it")
    assert talk.titles == ["Buy milk", "Call mom", "Figs"]


@pytest.mark.parametrize("words", ["the rent isn't urgent", "pay rent is not urgent"])
async def test_what_is_not_urgent_has_no_high_priority(words: str) -> None:
    talk = await _list()
    await talk.say(words)
    assert talk.calls[-1] == ("update_task", {"task_id": 3, "priority": "none"})


async def test_a_chore_in_a_row_is_added() -> None:
    talk = await Talk().has("Finish the report")
    await talk.say("add buy milk, call the dentist and finish the report")
    assert talk.done == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("remind mom to call me", "Remind mom to call me"),
        ("add bananas, no, apples", "Apples"),
    ],
)
def test_what_is_added_is_what_was_meant(words: str, title: str) -> None:
    assert calls_of(words) == [add(title)]


@pytest.mark.parametrize(
    "words",
    ["make the rent less urgent", "make task 3 a bit less important", "make task 3 lower priority"],
)
async def test_how_far_a_priority_goes_down_is_not_guessed_upwards(words: str) -> None:
    talk = await Talk().has("Buy milk", "Call mom")
    await talk.has("Pay rent", priority="medium")
    await talk.say(words)
    assert talk.titles == ["Buy milk", "Call mom", "Pay rent"]
    assert talk.server.tasks.rows[3]["priority"] in {"medium", "low"}


async def test_a_new_task_of_which_only_the_priority_is_told_is_asked_for() -> None:
    talk = Talk()
    assert await talk.say("add a high priority task") == "What should the task be called?"
    await talk.say("buy stamps")
    assert talk.calls == [("add_task", {"title": "Buy stamps", "priority": "high"})]


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("could you delete the milk for me?", ("delete_task", {"task_id": 1})),
        ("bump milk up to high", ("update_task", {"task_id": 1, "priority": "high"})),
        (
            "set rent to medium priority instead of high",
            ("update_task", {"task_id": 3, "priority": "medium"}),
        ),
        ("add buy stamps, no deadline", ("add_task", {"title": "Buy stamps"})),
    ],
)
async def test_words_beside_an_order_change_nothing_of_it(
    words: str, call: tuple[str, dict[str, object]]
) -> None:
    talk = await _list()
    await talk.say(words)
    assert talk.calls[-1] == call


@pytest.mark.requirement("FR-CHAT-119")
@pytest.mark.parametrize("words", ["rent is paid", "rent's paid", "rent has finally been paid"])
async def test_what_is_told_in_short_as_done_is_ticked_off(words: str) -> None:
    talk = await _list()
    await talk.say(words)
    assert talk.calls[-1] == ("complete_task", {"task_id": 3})


@pytest.mark.requirement("FR-CHAT-120")
async def test_what_has_no_due_date_is_not_moved_into_the_past() -> None:
    talk = await Talk().has("Buy tent")
    await talk.has("Rent car", due_on="2026-12-04")
    assert "has no due date" in await talk.say("move the tent a week earlier")
    await talk.say("move everything a day earlier")
    assert "“Buy tent”, has no due date" in await talk.say("yes")
    assert [row.get("due_on") for row in talk.server.tasks.rows.values()] == [None, "2026-12-03"]


async def test_one_more_that_is_done_too_is_ticked_off() -> None:
    talk = await Talk().has("Dishes", "Laundry", "Mop floor")
    await talk.say("dishes are done, floor too")
    assert talk.done == [1, 3]
