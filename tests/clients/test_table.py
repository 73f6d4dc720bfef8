import pytest

from tests.clients.table import expected_rows
from tests.specs.documents import read, rows, section


@pytest.mark.requirement("FR-MCP-305")
def test_the_page_of_assistants_says_which_client_passed_what() -> None:
    assert rows(section(read("docs/assistants.md"), "Which client passed what")) == expected_rows()
