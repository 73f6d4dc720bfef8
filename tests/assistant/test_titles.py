"""Which task a reference means."""

import pytest

from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.titles import amended, carries, match_title, named_in, search

TASKS = [
    TaskSnapshot(1, "Buy milk"),
    TaskSnapshot(2, "Pay rent"),
    TaskSnapshot(3, "Team meeting"),
    TaskSnapshot(4, "Meeting with Bob"),
    TaskSnapshot(5, "Call the bank", completed=True),
    TaskSnapshot(6, "Call the bank about the loan", tags=("money",)),
    TaskSnapshot(7, "Dentist appointment", description="bring the X-ray"),
    TaskSnapshot(8, "Buy 3 apples"),
]


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("buy milk", [1]),
        ("the milk", [1]),
        ("the rent", [2]),
        ("paid the rent", [2]),
        ("bought milk", [1]),
        ("meeting", [3, 4]),
        ("the meeting with Bob", [4]),
        ("dentist", [7]),
        ("the dentits", [7]),
        ("my dentist's appointment at the clinic", [7]),
        ("apples", [8]),
        ("call the bank", [5]),
        ("loan", [6]),
        ("MILK!", [1]),
    ],
)
@pytest.mark.requirement("FR-CHAT-110")
def test_a_reference_means_the_tasks_whose_titles_have_its_words(
    reference: str, expected: list[int]
) -> None:
    match = match_title(reference, TASKS)
    assert ([task.id for task in match.tasks], match.certain) == (expected, True)


@pytest.mark.parametrize(
    ("reference", "expected"), [("buy bread", []), ("the gym", []), ("milk for grandma", [1])]
)
@pytest.mark.requirement("FR-CHAT-110")
def test_a_reference_that_fits_partly_is_only_similar(reference: str, expected: list[int]) -> None:
    match = match_title(reference, TASKS)
    assert ([task.id for task in match.tasks], match.certain) == (expected, False)


def test_of_equal_titles_the_open_task_is_meant_unless_a_completed_one_is_looked_for() -> None:
    tasks = [TaskSnapshot(1, "Buy milk", completed=True), TaskSnapshot(2, "Buy milk")]
    assert [task.id for task in match_title("milk", tasks).tasks] == [2]
    assert [task.id for task in match_title("milk", tasks, prefer_open=False).tasks] == [1]


def test_a_search_looks_into_titles_notes_and_tags() -> None:
    assert [task.id for task in search(["x-ray"], TASKS)] == [7]
    assert [task.id for task in search(["money"], TASKS)] == [6]
    assert [task.id for task in search(["pianos"], TASKS)] == []


@pytest.mark.parametrize(
    ("title", "words", "expected"),
    [
        ("Call the bunk", "The bank", "Call the bank"),
        ("Buy mlk", "Buy milk", "Buy milk"),
        ("Buy mlk", "Milk", "Buy milk"),
        ("Call mom", "Feed the cat", "Feed the cat"),
        ("Jam", "Plum jam", "Plum jam"),
    ],
)
@pytest.mark.requirement("FR-CHAT-122")
def test_words_that_correct_a_part_of_a_title_take_its_place(
    title: str, words: str, expected: str
) -> None:
    assert amended(title, words) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("the task", False), ("it", False), ("milk", True), ("🥛", True)]
)
def test_words_carry_meaning_unless_they_only_point(text: str, expected: bool) -> None:
    assert carries(text) is expected


@pytest.mark.requirement("FR-CHAT-162")
def test_a_sentence_names_the_tasks_that_alone_have_its_words() -> None:
    tasks = [
        TaskSnapshot(1, "Return hire pump"),
        TaskSnapshot(2, "Call Sam"),
        TaskSnapshot(3, "Call Ann"),
    ]
    assert named_in("the pumps gone back", tasks) == (tasks[0],)
    assert named_in("how do I call a taxi", tasks) == ()
    assert named_in("sam and ann know", tasks) == tuple(tasks[1:])
