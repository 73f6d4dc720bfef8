"""Days as seen from today."""

from datetime import date

import pytest

from chat_api.replay.placeholders import PlaceholderValues, check_placeholders, fill

SATURDAY = date(2026, 11, 21)


@pytest.mark.requirement("FR-REPLAY-002")
@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("{{today}}", "2026-11-21"),
        ("due {{ today + 40 }} at last", "due 2026-12-31 at last"),
        ("{{today-21}}", "2026-10-31"),
        ("{{saturday}}", "2026-11-21"),
        ("{{friday}}", "2026-11-27"),
        ("{{monday+7}}", "2026-11-30"),
        ("{{12-31}}", "2026-12-31"),
        ("{{11-20}}", "2027-11-20"),
        ("{{11-21}}", "2026-11-21"),
        ("of {{other_user}}", "of Bob"),
        ("{today}", "{today}"),
    ],
)
def test_a_placeholder_is_filled_in(text: str, meaning: str) -> None:
    assert fill(text, PlaceholderValues(SATURDAY, "Bob")) == meaning


@pytest.mark.requirement("FR-REPLAY-002")
def test_placeholders_are_found_in_lists_and_mappings() -> None:
    expected = {"due_on": {"any": ["{{today}}", None]}, "task_id": 3}
    assert fill(expected, PlaceholderValues(SATURDAY)) == {
        "due_on": {"any": ["2026-11-21", None]},
        "task_id": 3,
    }


@pytest.mark.requirement("FR-REPLAY-001")
@pytest.mark.parametrize("text", ["{{yesterday}}", "{{02-29}}", "{{13-01}}", "{{}}", "{{today+x}}"])
def test_a_placeholder_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no placeholder"):
        check_placeholders(text)
