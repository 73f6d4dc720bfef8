import httpx2
import pytest

from tests.stack import Stack

Client = httpx2.AsyncClient


@pytest.mark.requirement("FR-CHAT-007")
async def test_a_conversation_is_named_listed_renamed_and_deleted(
    stack: Stack, api: Client, user: str
) -> None:
    first = (await stack.say(user, "Add a task to buy groceries")).json()["conversation_id"]
    second = (await stack.say(user, "What's pending?")).json()["conversation_id"]
    first_page = (await api.get("/conversations")).json()
    assert [row["id"] for row in first_page["conversations"]] == [second, first]
    assert first_page["conversations"][1]["title"] == "Add a task to buy groceries"

    page = (await api.get("/conversations", params={"limit": 1})).json()
    rest = (await api.get("/conversations", params={"cursor": page["next_cursor"]})).json()
    assert [row["id"] for row in rest["conversations"]] == [first]

    renamed = await api.patch(f"/conversations/{first}", json={"title": " Shopping "})
    assert renamed.json()["title"] == "Shopping"
    assert (await api.patch(f"/conversations/{first}", json={"title": " "})).status_code == 422
    assert (await api.delete(f"/conversations/{first}")).status_code == 204
    deleted = await api.get(f"/conversations/{first}")
    assert (deleted.status_code, deleted.json()["code"]) == (404, "conversation_not_found")
    assert len((await api.get("/tasks")).json()["tasks"]) == 1


@pytest.mark.requirement("FR-CHAT-008")
@pytest.mark.requirement("FR-CHAT-026")
async def test_messages_show_both_sides_newest_first_with_tool_calls(
    stack: Stack, api: Client, user: str
) -> None:
    answer = (await stack.say(user, "Add a task to buy groceries")).json()
    messages = (await api.get(f"/conversations/{answer['conversation_id']}/messages")).json()
    assistant, question = messages["messages"]
    assert (question["role"], question["content"]) == ("user", "Add a task to buy groceries")
    assert (assistant["role"], assistant["content"]) == ("assistant", answer["response"])
    assert assistant["tool_calls"] == answer["tool_calls"]
    assert assistant["task_ids"] == answer["task_ids"] == [1]
    assert question["task_ids"] == question["suggestions"] == []
    assert assistant["turn_id"] == question["turn_id"] == answer["turn_id"]
    assert {assistant["status"], question["status"]} == {"finished"}


@pytest.mark.requirement("FR-CHAT-007")
@pytest.mark.parametrize("wrong", ["x", "1", "00000000-0000-0000-0000-00000000000"])
async def test_an_id_that_is_no_uuid_is_refused(api: Client, wrong: str) -> None:
    assert (await api.get(f"/conversations/{wrong}")).status_code == 422
