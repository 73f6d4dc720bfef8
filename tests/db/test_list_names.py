"""The key under which a list is found by a name."""

import pytest

from db.list_names import is_inbox, list_key


@pytest.mark.requirement("FR-TASK-021")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Groceries", "grocery"),
        ("groceries", "my grocery list"),
        ("Work", "the WORK list"),
        ("Movies", "movie"),
        ("pies", "Pie"),
        ("Christmas gifts", "christmas gift"),
        ("Lunch boxes", "lunch box"),
        ("Wishes", "wish"),
        ("Classes", "class"),
        ("Churches", "church"),
        ("Expenses", "expense"),
        ("Mom’s list", "moms"),
        ("To-do", "to do list"),
        ("Ｗork", "work"),
        ("Straße", "STRASSE"),
    ],
)
def test_case_plural_and_the_words_around_it_do_not_make_another_name(one: str, other: str) -> None:
    assert list_key(one) == list_key(other)


@pytest.mark.requirement("FR-TASK-021")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Car", "Care"),
        ("Work", "Workout"),
        ("Home", "House"),
        ("Plan", "Plane"),
        ("Book", "Booking"),
        ("Project 1", "Project 2"),
        ("🎁", "🎉"),
        ("List", "My"),
    ],
)
def test_other_words_make_another_name(one: str, other: str) -> None:
    assert list_key(one) != list_key(other)


@pytest.mark.requirement("FR-TASK-021")
@pytest.mark.parametrize("name", ["Inbox", "none", "my inbox", "the INBOX"])
def test_the_inbox_has_a_name(name: str) -> None:
    assert is_inbox(name)
    assert not is_inbox(f"{name} zero")


@pytest.mark.requirement("FR-TASK-021")
@pytest.mark.parametrize("name", ["list", "The", "  ", "!", "🎁", "ſ", "İ", "a list"])
def test_every_name_has_a_key(name: str) -> None:
    assert list_key(name)
    assert list_key(list_key(name)) == list_key(name)
