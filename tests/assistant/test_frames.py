"""Messages as the network reads them, one frame for each command."""

from datetime import date
from importlib.resources import files
from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chat_api import assistant
from chat_api.assistant.entities import find
from chat_api.assistant.frame import Frame, Intent
from chat_api.assistant.frames import read
from tests.assistant.learn.corpus import checksum

TODAY = date(2026, 11, 21)
_MOST_BYTES = 400_000


def frames(text: str, intent: Intent | None = None) -> tuple[Frame, ...]:
    return read(text, find(text, TODAY), intent=intent)


def frame(text: str) -> Frame:
    (only,) = frames(text)
    return only


@pytest.mark.requirement("FR-CHAT-102")
@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("add oat milk", "add"),
        ("dentist thursday 3pm", "add"),
        ("defrost the lasagne tomorrow", "add"),
        ("ping me at 5 to take the bread out", "add"),
        ("don't let me forget to renew my visa", "add"),
        ("what's overdue?", "list"),
        ("is milk on my list", "list"),
        ("plan my day", "plan"),
        ("done with the laundry", "complete"),
        ("i paid the rent", "complete"),
        ("mark 3 as not done", "reopen"),
        ("push the dentist to friday", "update"),
        ("make it 5pm", "update"),
        ("get rid of the gym task", "delete"),
        ("undo that", "undo"),
        ("also eggs", "more"),
        ("same for the rent", "more"),
        ("no, saturday", "instead"),
        ("I meant the bank", "instead"),
        ("yes please", "yes"),
        ("never mind", "no"),
        ("good morning", "greeting"),
        ("thanks a lot!", "thanks"),
        ("I'm so stressed", "feeling"),
        ("how do I delete a task?", "about"),
        ("erinnere mich morgen an den zahnarzt", "foreign"),
    ],
)
def test_the_intent_is_that_of_the_words(text: str, intent: Intent) -> None:
    assert frame(text).intent == intent


@pytest.mark.requirement("FR-CHAT-106")
@pytest.mark.parametrize(
    "text",
    [
        "turn on the lights",
        "what's the weather tomorrow",
        "how long does rice take",
        "my boss said the report was done well",
        "she completed the course last week",
        "what is 12 times 7",
        "play some jazz",
        "how do i get to lisbon",
    ],
)
def test_what_asks_for_nothing_is_no_command(text: str) -> None:
    assert frame(text).intent == "none"


@pytest.mark.requirement("FR-CHAT-132")
@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("remind me to read the monday memo", ("read the monday memo",)),
        ("remind me tomorrow to call the bank", ("call the bank",)),
        ("put bread on the grocery list", ("bread",)),
        ("add eggs, bread and oat milk", ("eggs", "bread", "oat milk")),
        ("add a meeting with Prof. Lindqvist on friday", ("a meeting with Prof. Lindqvist",)),
        ("buy toner for printer 2 tomorrow", ("buy toner for printer 2",)),
        ("wash and dry the car", ("wash and dry the car",)),
        ("call mom and dad", ("call mom and dad",)),
        ('add "pay rent" every month', ("pay rent",)),
        ("Submit taxes tomorrow at 5pm p1 #finance every month", ("Submit taxes",)),
        ("remind me to buy 3 lemons", ("buy 3 lemons",)),
        ("40 croissants for the town hall on thursday", ("40 croissants for the town hall",)),
    ],
)
def test_titles_are_what_is_to_be_added(text: str, titles: tuple[str, ...]) -> None:
    assert frame(text).titles == titles


@pytest.mark.requirement("FR-CHAT-110")
@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("mark buy milk as done", ("buy milk",)),
        ("delete the dentist appointment", ("dentist appointment",)),
        ("push the dentist to friday", ("dentist",)),
        ("make the plants weekly", ("plants",)),
        ("is there anything about electricity on my list?", ("electricity",)),
        ("complete task 3", ()),
        ("delete everything", ()),
    ],
)
def test_references_are_words_of_existing_tasks(text: str, references: tuple[str, ...]) -> None:
    # An article may stand in front: it counts for nothing where the task is looked for.
    assert tuple(each.removeprefix("the ") for each in frame(text).references) == references


@pytest.mark.requirement("FR-CHAT-104")
def test_values_are_entities_unless_they_are_part_of_a_title() -> None:
    memo = frame("remind me to read the monday memo on friday")
    assert memo.titles == ("read the monday memo",)
    assert [each.kind for each in memo.entities if each.kind == "when"] == ["when"]


@pytest.mark.requirement("FR-CHAT-104")
def test_a_rename_has_the_old_and_the_new_title() -> None:
    rename = frame("rename the report to quarterly report")
    assert (rename.intent, rename.new_title) == ("update", "quarterly report")


@pytest.mark.requirement("FR-CHAT-104")
@pytest.mark.parametrize(
    ("text", "name", "note"),
    [
        (
            "add a note to the dentist task: bring insurance card",
            "the dentist task",
            "bring insurance card",
        ),
        ("note on napkins: ivory, not white", "napkins", "ivory, not white"),
    ],
)
def test_a_note_is_a_description(text: str, name: str, note: str) -> None:
    noted = frame(text)
    assert (noted.intent, noted.references, noted.description) == ("update", (name,), note)


@pytest.mark.requirement("FR-CHAT-123")
@pytest.mark.parametrize(
    "text", ["delete the milk, no don't", "tick off the dentist, or rather, don't yet"]
)
def test_a_negation_at_the_end_takes_back_what_was_said(text: str) -> None:
    assert [each.intent for each in frames(text)][-1] == "no"


@pytest.mark.requirement("FR-CHAT-103")
def test_a_ticked_box_is_done() -> None:
    done = frames("[x] file contracts\n- [x] send the minutes\n✓ order toner")
    assert [each.intent for each in done] == ["complete"] * 3
    assert [each.references for each in done] == [
        ("file contracts",),
        ("send the minutes",),
        ("order toner",),
    ]


@pytest.mark.requirement("FR-CHAT-103")
def test_a_message_has_a_frame_for_each_command() -> None:
    text = "buy eggs, bread and oat milk, pick up the dry cleaning friday, and email Sam the slides"
    read_ones = frames(text)
    assert {each.intent for each in read_ones} == {"add"}
    assert sum(len(each.titles) for each in read_ones) == 5

    for text in (
        "milk\nA4 paper\nbread",
        "* milk\n* A4 paper\n* bread",
        "[ ] milk\n[ ] A4 paper\n- [ ] bread",
    ):
        lines = frames(text)
        assert [each.titles for each in lines] == [("milk",), ("A4 paper",), ("bread",)]

    mixed = frames("add milk and mark the rent as paid, then show my list")
    assert [each.intent for each in mixed] == ["add", "complete", "list"]


@pytest.mark.requirement("FR-CHAT-133")
def test_other_readings_come_likeliest_first() -> None:
    for each in frames("milk"):
        chances = [each.confidence, *(other.confidence for other in each.alternatives)]
        assert all(one >= other for one, other in pairwise(chances))
        assert sum(chances) <= 1.0 + 1e-9


@pytest.mark.requirement("FR-CHAT-159")
def test_what_stands_beside_a_title_is_kept() -> None:
    (added,) = frames("add sugar to the list because gran's coming")
    assert added.titles == ("sugar",)
    assert any("gran's coming" in each for each in added.rest)
    (plain,) = frames("please add sugar to my shopping list")
    assert plain.rest == ()


def test_an_intent_can_be_set_and_then_has_a_title() -> None:
    (added,) = frames("what a day", intent="add")
    assert (added.intent, added.confidence) == ("add", 1.0)
    assert added.titles


@pytest.mark.requirement("FR-CHAT-116")
@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_alike_and_in_its_own_words(text: str) -> None:
    found = frames(text)
    assert found == frames(text)
    assert all(one.start < other.start for one, other in pairwise(found))
    for each in found:
        assert text[each.start : each.start + len(each.text)] == each.text
        spans = (*each.titles, *each.references, each.new_title or "", each.description or "")
        # A moment is taken out of a title that it stands in.
        assert all(word in each.text for span in spans for word in span.split())


@pytest.mark.requirement("FR-CHAT-136")
def test_the_reader_is_that_of_the_corpora() -> None:
    with files(assistant).joinpath("data/reader.npz").open("rb") as opened:
        fitted_to = str(np.load(opened)["checksum"])
    assert fitted_to == checksum(), "`make learn` fits it again"


def test_the_models_stay_small() -> None:
    sizes = [len(each.read_bytes()) for each in files(assistant).joinpath("data").iterdir()]
    assert sum(sizes) <= _MOST_BYTES


@pytest.mark.requirement("FR-CHAT-116")
@given(st.uuids(version=4))
def test_a_name_that_a_program_gave_says_nothing(name: UUID) -> None:
    text = "call delete_task with user_id {} and task_id 1"
    (read_with_it,), (read_with_another,) = (
        frames(text.format(each)) for each in (name.hex, "0ac7f3d1e2b94a58")
    )
    assert read_with_it.intent == read_with_another.intent == "none"
