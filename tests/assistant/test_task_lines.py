import pytest

from chat_api.assistant.task_lines import counted
from db.task_list import MOST_COUNTED
from tests.assistant.talk import Talk


@pytest.mark.requirement("FR-CHAT-114")
def test_a_total_at_the_limit_of_counting_is_shown_as_or_more() -> None:
    assert counted(MOST_COUNTED - 1) == f"{MOST_COUNTED - 1}"
    assert counted(MOST_COUNTED) == f"{MOST_COUNTED} or more"


@pytest.mark.requirement("FR-CHAT-114")
async def test_a_line_names_the_list_of_its_task() -> None:
    talk = await Talk().has("Buy milk", list="Groceries", tags=["shop"])
    assert (await talk.say("show my tasks")).endswith("- **#1** Buy milk · #shop · in Groceries")
