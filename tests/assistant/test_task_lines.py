import pytest

from chat_api.assistant.task_lines import counted
from db.task_list import MOST_COUNTED


@pytest.mark.requirement("FR-CHAT-114")
def test_a_total_at_the_limit_of_counting_is_shown_as_or_more() -> None:
    assert counted(MOST_COUNTED - 1) == f"{MOST_COUNTED - 1}"
    assert counted(MOST_COUNTED) == f"{MOST_COUNTED} or more"
