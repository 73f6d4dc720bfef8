import pytest

from chat_api.assistant.task_lines import counted
from db.task_list import MOST_COUNTED


@pytest.mark.requirement("FR-CHAT-114")
def test_a_list_that_is_counted_no_further_is_said_to_have_that_many_or_more() -> None:
    assert counted(MOST_COUNTED - 1) == f"{MOST_COUNTED - 1}"
    assert counted(MOST_COUNTED) == f"{MOST_COUNTED} or more"
