"""Orders about many tasks: which ones they offer, and that nothing falls out of them."""

import pytest

from tests.assistant.talk import Talk

pytestmark = pytest.mark.requirement("FR-CHAT-149")


async def _list() -> Talk:
    talk = await Talk().has("Water garden", "Feed cat", due_on="2026-11-21")
    await talk.has("Call mom", due_on="2026-11-23", tags=["family"])
    await talk.has("Call dad", due_on="2026-11-24", priority="low")
    return await talk.has("Buy bread")


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("mark all of today's tasks as done", ["Water garden", "Feed cat"]),
        ("all of todays tasks are done besides the cat", ["Water garden"]),
        ("everything for today is done except the garden", ["Feed cat"]),
        ("mark everything on tuesday as done", ["Call dad"]),
        ("delete everything from tuesday", ["Call dad"]),
        ("delete everything before monday", ["Water garden", "Feed cat"]),
        ("shift all of mondays tasks to tuesday", ["Call mom"]),
        ("move everything after today to friday", ["Call mom", "Call dad"]),
        ("could you please move all the calls to thursday?", ["Call mom", "Call dad"]),
        ("make everything with no due date due friday", ["Buy bread"]),
        ("set everything due today to high except the cat", ["Water garden"]),
        ("delete the ones tagged family", ["Call mom"]),
        ("push everything on tuesday to wednesday", ["Call dad"]),
        ("complete all tasks that are not due today", ["Call mom", "Call dad", "Buy bread"]),
        ("set all low tasks to medium", ["Call dad"]),
        ("remove the priority from all low tasks", ["Call dad"]),
        ("everything due today can wait until monday except the cat", ["Water garden"]),
        ("except the cat, delete everything due today", ["Water garden"]),
        (
            "delete everything, but not the calls",
            ["Water garden", "Feed cat", "Buy bread"],
        ),
        ("delete the ones due tuesday", ["Call dad"]),
    ],
)
async def test_an_order_about_many_offers_just_those(words: str, titles: list[str]) -> None:
    talk = await _list()
    reply = await talk.say(words)
    assert reply.startswith("Shall I really")
    assert [title for title in talk.titles if title in reply] == titles


@pytest.mark.parametrize(
    ("words", "titles"),
    [
        ("remove everything we've bought already", ["Buy milk"]),
        ("delete all the checked items", ["Buy milk"]),
    ],
)
async def test_what_is_bought_or_checked_is_done(words: str, titles: list[str]) -> None:
    talk = await Talk().has("Buy milk", completed=True)
    await talk.has("Buy eggs")
    reply = await talk.say(words)
    assert [title for title in talk.titles if title in reply] == titles


@pytest.mark.parametrize("words", ["show tasks that arent done", "list what isnt done yet"])
async def test_what_is_not_done_is_pending(words: str) -> None:
    talk = await Talk().has("Buy milk", completed=True)
    await talk.has("Buy eggs")
    await talk.say(words)
    assert talk.calls == [("list_tasks", {"status": "pending"})]


async def test_nothing_is_lost_of_what_is_needed() -> None:
    talk = Talk()
    await talk.say("i'd need soap, shampoo and a towel")
    assert talk.titles == ["Soap", "Shampoo", "Towel"]


async def test_a_name_of_one_word_is_enough_for_an_order() -> None:
    talk = await Talk().has("Call mom", "Call dad")
    await talk.say("complete mom")
    assert talk.done == [1]


async def test_everything_else_is_what_the_message_did_not_name() -> None:
    talk = await Talk().has("Bread", "Milk", "Gym")
    reply = await talk.say("delete bread and move everything else to friday")
    assert talk.titles == ["Milk", "Gym"]
    assert "move these 2 tasks" in reply


async def test_dad_is_nobody_who_mistyped_add() -> None:
    talk = await Talk().has("Call mom", "Call dad")
    await talk.say("mark mom and dad as done")
    assert talk.done == [1, 2]
    assert len(talk.titles) == 2
