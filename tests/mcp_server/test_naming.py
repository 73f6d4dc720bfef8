from typing import Any

import pytest
from mcp import Client

from tests.mcp_server.conftest import OpenClient, facts_of, text_of

pytestmark = pytest.mark.requirement("FR-MCP-010")


async def _add(client: Client, *titles: str) -> None:
    for title in titles:
        await client.call_tool("add_task", {"title": title})


async def _done(client: Client, *numbers: int) -> None:
    for number in numbers:
        await client.call_tool("complete_task", {"task_id": number})


async def _titles(client: Client) -> list[tuple[str, bool]]:
    tasks = facts_of(await client.call_tool("list_tasks", {}))["tasks"]
    return [(task["title"], task["completed"]) for task in tasks]


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("rent", 2),
        ("Pay the RENT", 2),
        ("my electricity bills task", 3),
        ("bill electricity", 3),
        ("mom's call", 4),
        ("gym_membership", 5),
        ("task 4", 4),
        ("#4", 4),
        ("4", 4),
        (" 004 ", 4),
    ],
)
async def test_a_task_is_named_by_words_of_its_title_or_by_its_number(
    client: Client, name: str, number: int
) -> None:
    await _add(
        client, "Buy milk", "Pay rent", "Pay the electricity bill", "Call mom", "Gym membership"
    )
    if "mom's" in name:
        await client.call_tool("update_task", {"task_id": 4, "title": "Call at mom's"})
    assert facts_of(await client.call_tool("complete_task", {"task_id": name}))["task_id"] == number


async def test_words_that_fit_several_tasks_change_none_and_are_asked_about(client: Client) -> None:
    await _add(client, "Team meeting", "Board meeting", "Pay rent")
    refused = await client.call_tool("delete_task", {"task_id": "the meeting"})
    assert refused.is_error
    assert text_of(refused) == (
        "2 tasks fit “the meeting”:\n<tasks>\n#2 Board meeting\n#1 Team meeting\n</tasks>\n"
        "Nothing was changed. Ask which one is meant."
    )
    assert len(await _titles(client)) == 3


async def test_words_that_no_title_holds_change_nothing_and_the_closest_are_named(
    client: Client,
) -> None:
    await _add(client, "Call the dentist", "Parents' evening", "Buy milk")
    refused = await client.call_tool("complete_task", {"task_id": "dentits"})
    assert refused.is_error
    assert text_of(refused) == (
        "No task is called “dentits”. Closest:\n<tasks>\n#1 Call the dentist\n</tasks>\n"
        "Nothing was changed. list_tasks shows what there is."
    )
    # A word is not found within another: "rent" is no part of "Parents".
    assert (await client.call_tool("delete_task", {"task_id": "rent"})).is_error
    assert not any(done for _, done in await _titles(client))


async def test_a_title_of_just_these_words_goes_before_longer_ones(client: Client) -> None:
    await _add(client, "Buy milk and bread", "Buy milk")
    assert facts_of(await client.call_tool("delete_task", {"task_id": "buy milk"}))["task_id"] == 2


async def test_open_tasks_are_completed_and_changed_and_done_ones_reopened(client: Client) -> None:
    await _add(client, "Water plants", "Water plants")
    await _done(client, 1)
    open_one = {"task_id": "plants", "priority": "high"}
    assert facts_of(await client.call_tool("update_task", open_one))["task_id"] == 2
    done_one = {"task_id": "plants", "completed": False}
    assert facts_of(await client.call_tool("update_task", done_one))["task_id"] == 1
    await _done(client, 1)
    assert facts_of(await client.call_tool("complete_task", {"task_id": "plants"}))["task_id"] == 2
    # Which of two to delete is nothing to guess, done or not.
    assert (await client.call_tool("delete_task", {"task_id": "plants"})).is_error


async def test_words_never_reach_another_users_task(open_client: OpenClient) -> None:
    async with open_client("naming-ann") as ann, open_client("naming-bob") as bob:
        await _add(ann, "Secret party")
        refused = await bob.call_tool("delete_task", {"task_id": "secret party"})
        assert text_of(refused) == (
            "No task is called “secret party”. Nothing was changed. list_tasks shows what there is."
        )
        assert await _titles(ann) == [("Secret party", False)]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (0, "must be the number of a task, or words of its title"),
        ("0", "must be the number of a task, or words of its title"),
        ("99999999999", "No task is called “99999999999”"),
        (True, "must be the number of a task, or words of its title"),
        (None, "must be the number of a task, or words of its title"),
        (["milk"], "must be the number of a task, or words of its title"),
        ("", "must be a task's number, or 1 to 200 characters of words"),
        ("???", "must be a task's number, or 1 to 200 characters of words"),
        ("x" * 201, "must be a task's number, or 1 to 200 characters of words"),
        ("100%", "No task is called “100%”"),
    ],
)
async def test_what_names_no_task_is_refused_plainly(
    client: Client, given: Any, complaint: str
) -> None:
    refused = await client.call_tool("delete_task", {"task_id": given})
    assert refused.is_error
    assert text_of(refused).startswith((complaint, f"task_id: {complaint}"))
