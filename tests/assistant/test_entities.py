"""Numbers, levels, names and all else that is closed in a sentence."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat_api.assistant.entities import find
from tests.assistant.shown import shown
from tests.assistant.unseen_entities import UNSEEN


@pytest.mark.requirement("FR-CHAT-501")
@pytest.mark.parametrize(("text", "finds"), UNSEEN)
def test_a_sentence_has_the_finds_that_were_foreseen(text: str, finds: tuple[str, ...]) -> None:
    assert shown(text) == finds


@pytest.mark.requirement("FR-CHAT-501")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("haircut 1030 hrs", "10:30"),
        ("haircut 730pm", "19:30"),
        ("haircut sat 930", "2026-11-28 09:30"),
        ("bus at 8.47", "08:47"),
        ("lunch on 3 march, 12.45.", "2027-03-03 12:45"),
        ("ferry 14 h 30", "14:30"),
        ("ferry 16h", "16:00"),
        ("ferry 7h45", "07:45"),
        ("barbecue tues 4 and games", "2026-12-01 16:00"),
        ("make it 4", "16:00"),
        ("change it to nine", "09:00"),
        ("its 4.20 actually", "16:20"),
        ("sorry, 0845", "08:45"),
        ("change football to 6.30", "18:30"),
        ("sorry, 18th", "2026-12-18"),
        ("not tomorrow but the day after", "2026-11-27"),
        ("not friday, saturday", "2026-11-28"),
        ("friday, 11th", "2026-12-11"),
        ("surgery 9 till 12", "09:00"),
        ("12/9 9:20a", "2026-12-09 09:20"),
    ],
)
def test_digits_are_a_time_or_a_day_by_what_stands_beside_them(text: str, value: str) -> None:
    assert [line.split("|")[2] for line in shown(text) if line.startswith("when|")] == [value]


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("an hour before", ("reminder|an hour before|1:00:00",)),
        ("3 months before", ()),
        ("400 days before", ()),
        (
            "remind me two hours earlier",
            ("aspect|remind me|remind", "reminder|two hours earlier|2:00:00"),
        ),
        ("10 min early", ("reminder|10 min early|0:10:00",)),
        ("the day before", ("reminder|the day before|1 day",)),
        ("30 minutes in advance", ("reminder|30 minutes in advance|0:30:00",)),
        ("2 days ahead of time", ("reminder|2 days ahead of time|2 days",)),
        ("1 day and 2 hours before", ("reminder|1 day and 2 hours before|1 day, 2:00:00",)),
        ("15m before", ("reminder|15m before|0:15:00",)),
        ("in 20 minutes", ("delay|in 20 minutes|0:20:00",)),
        ("in half an hour", ("delay|in half an hour|0:30:00",)),
        ("in an hour and a half", ("delay|in an hour and a half|1:30:00",)),
        ("in 1.5 hours", ("delay|in 1.5 hours|1:30:00",)),
        ("in 2h", ("delay|in 2h|2:00:00",)),
        ("in 1h30", ("delay|in 1h30|1:30:00",)),
        ("an hour from now", ("delay|an hour from now|1:00:00",)),
        ("in an hour's time", ("delay|in an hour's time|1:00:00",)),
        ("a day later", ("shift|a day later|1 day",)),
        ("an hour earlier", ("shift|an hour earlier|-1 day, 23:00:00",)),
        ("push it back by two days", ("pronoun|it|it", "shift|by two days|2 days")),
        ("push the dentist a week", ("shift|a week|7 days",)),
        ("bring it forward two days", ("pronoun|it|it", "shift|two days|-2 days")),
        ("roof delayed 3 days", ("shift|3 days|3 days",)),
        ("roof +3d", ("shift|+3d|3 days",)),
        ("put the roof one day before", ("shift|one day before|-1 day",)),
        ("by a month", ("shift|by a month|relativedelta(months=+1)",)),
        ("for 30 minutes", ("duration|for 30 minutes|0:30:00",)),
        ("for half an hour", ("duration|for half an hour|0:30:00",)),
        ("90 min", ("duration|90 min|1:30:00",)),
    ],
)
def test_a_length_of_time_is_read_by_what_stands_beside_it(
    text: str, finds: tuple[str, ...]
) -> None:
    assert shown(text) == finds


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("task 3", ("number|task 3|3",)),
        ("#3", ("number|#3|3",)),
        ("task #3", ("number|task #3|3",)),
        ("tasks 1, 2 and 4", ("number|tasks 1, 2 and 4|1,2,4",)),
        ("number two", ("number|number two|2",)),
        ("task number 12", ("number|task number 12|12",)),
        ("1-3", ("number|1-3|1,2,3",)),
        ("tasks 2 to 4", ("number|tasks 2 to 4|2,3,4",)),
        ("3", ("number|3|3",)),
        ("#1, #2", ("number|#1, #2|1,2",)),
        ("delete 4", ("number|4|4",)),
        ("move 3 to friday", ("number|3|3", "when|to friday|2026-11-27")),
        ("task 3 tomorrow at 5", ("number|task 3|3", "when|tomorrow at 5|2026-11-26 17:00")),
        ("buy 3 lemons", ()),
        ("delete 3 old files", ()),
        ("read chapter 5", ()),
        ("the second one", ("ordinal|the second one|2",)),
        ("the last one", ("ordinal|the last one|-1",)),
        ("2nd one", ("ordinal|2nd one|2",)),
        ("first two", ("ordinal|first two|1,2",)),
        ("the last two tasks", ("ordinal|the last two tasks|-2,-1",)),
        ("the first and the third", ("ordinal|the first and the third|1,3",)),
        ("last", ("ordinal|last|-1",)),
        (
            "the first and the third are done",
            ("ordinal|the first and the third|1,3", "status|done|completed"),
        ),
        ("task one million", ()),
        ("everything except milk", ("quantity|everything except|except",)),
        ("not the first, the second", ("ordinal|the first|1", "ordinal|the second|2")),
        ("give me a second", ()),
        ("read the first chapter", ()),
        ("all of them", ("quantity|all of them|all",)),
        ("all three", ("quantity|all three|all",)),
        ("everything", ("quantity|everything|all",)),
        ("both", ("quantity|both|both",)),
        ("the rest", ("quantity|the rest|rest",)),
        ("and the other two", ("quantity|the other two|rest",)),
        ("none of them", ("quantity|none of them|none",)),
        ("all day", ()),
        ("mark it done", ("pronoun|it|it", "status|done|completed")),
        ("that one", ("pronoun|that one|it",)),
        ("those", ("pronoun|those|them",)),
        ("this friday", ("when|this friday|2026-11-27",)),
    ],
)
def test_numbers_and_places_are_found_where_something_marks_them(
    text: str, finds: tuple[str, ...]
) -> None:
    assert shown(text) == finds


@pytest.mark.parametrize(
    ("text", "finds"),
    [
        ("what did I finish", ("status|did I finish|completed",)),
        ("i finished the report", ()),
        ("set an alert", ("aspect|set an alert|remind",)),
        ("add milk if it isn't on there yet", ("aspect|if it isn't on there yet|missing",)),
        ("what did I just add", ("aspect|just add|recent",)),
        ("not tagged home", ("tag|not tagged home|-home",)),
        ("not in the work list", ("list|not in the work list|-work",)),
        ("other than high priority", ("priority|other than high priority|-high",)),
        ("untagged", ("tag|untagged|none",)),
        ("in no list", ("list|in no list|none",)),
        ("on my wife's list", ("aspect|on my wife's list|others",)),
        ("in the wrong list", ()),
        ("what is done", ("status|done|completed",)),
        ("unfinished tasks", ("status|unfinished|pending",)),
        ("anything overdue?", ("status|overdue|overdue",)),
        ("anything overdu", ("status|overdu|overdue",)),
        ("my lab-tagged tasks", ("tag|lab-tagged|lab",)),
        ("take the date off", ("clear|take the date off|due_on",)),
        ("without the reminders", ("clear|without the reminders|reminders",)),
        ("take the time to rest", ()),
        ("if it's not on there yet", ("aspect|if it's not on there yet|missing",)),
        ("unless it is on the list", ("aspect|unless it is on the list|missing",)),
        ("if it's not too late", ()),
        ("without a date", ("status|without a date|undated",)),
        ("how many", ("aspect|how many|count",)),
        ("whats next", ("aspect|whats next|next",)),
        ("what's next?", ("aspect|what's next|next",)),
        ("when's the dentist", ("aspect|when's|time",)),
        ("p1", ("priority|p1|high",)),
        ("p4", ("priority|p4|none",)),
        ("high priority", ("priority|high priority|high",)),
        ("priority: low", ("priority|priority: low|low",)),
        ("set priority to low", ("priority|priority to low|low",)),
        ("set the priority of task 2 to low", ("number|task 2|2", "priority|to low|low")),
        ("low prio", ("priority|low prio|low",)),
        ("no priority", ("priority|no priority|none",)),
        ("call mom, it's urgent", ("priority|it's urgent|high",)),
        ("fix the roof urgent", ("priority|urgent|high",)),
        ("urgent: call mom", ("priority|urgent:|high",)),
        ("find an urgent care clinic", ()),
        ("no rush", ("priority|no rush|low",)),
        ("asap", ("priority|asap|high",)),
        ("fix it !!", ("pronoun|it|it", "priority|!!|high")),
        ("what a day!", ()),
        ("#finance", ("tag|#finance|finance",)),
        ("tagged home", ("tag|tagged home|home",)),
        ("tag it work", ("tag|tag it work|work",)),
        ("tag both beach", ("tag|tag both beach|beach",)),
        ("tagged urgent-ish", ("tag|tagged urgent-ish|urgent-ish",)),
        ("deck thursday, high", ("when|thursday|2026-11-26", "priority|high|high")),
        ("lower prio to medium", ("priority|prio to medium|medium",)),
        ("make it medium", ("pronoun|it|it", "priority|medium|medium")),
        ("set them to high", ("pronoun|them|them", "priority|to high|high")),
        ("is it high season", ("pronoun|it|it",)),
        ("band list: tape", ("list|band list|band",)),
        ("add to Ito wedding: cake", ("list|to Ito wedding|Ito wedding",)),
        ("with tag garden", ("tag|with tag garden|garden",)),
        ("to my shopping list", ("list|to my shopping list|shopping",)),
        ("on a list called hut", ("list|on a list called hut|hut",)),
        ("on the groceries list", ("list|on the groceries list|groceries",)),
        ("what remains to be done", ("status|done|pending",)),
        ("what should we have finished", ("status|finished|pending",)),
        ("not that, what is finished", ("pronoun|that|it", "status|finished|completed")),
        ("what needs doing", ("status|needs doing|pending",)),
        ("review 1:1 notes", ()),
        ("tasks no. 4 and 6", ("number|tasks no. 4 and 6|4,6",)),
        ("call Bo, list: work", ("list|list: work|work",)),
        ("list: balm, oil", ()),
        ("/work", ("list|/work|work",)),
        ("in my inbox", ("list|in my inbox|none",)),
        ("to the Book Club list", ("list|to the Book Club list|Book Club",)),
        ("show my todo list", ()),
        ("make a list", ()),
        ("add “Buy milk”", ("quote|“Buy milk”|Buy milk",)),
        ('add "Buy milk"', ('quote|"Buy milk"|Buy milk',)),
        ("rename to ‘Don’t panic’", ("quote|‘Don’t panic’|Don’t panic",)),
        ("the kids' room and the dogs' bowl", ()),
        ("mail a.b@example.com", ("address|a.b@example.com|a.b@example.com",)),
        (
            "see https://example.org/a?b=1.",
            ("address|https://example.org/a?b=1|https://example.org/a?b=1",),
        ),
        ("ring +44 20 7946 0018", ("address|+44 20 7946 0018|+44 20 7946 0018",)),
        ("ring 555-0123", ("address|555-0123|555-0123",)),
    ],
)
def test_levels_states_and_names_are_found(text: str, finds: tuple[str, ...]) -> None:
    assert shown(text) == finds


PARTS = """
at 5 5pm tomorrow friday the 3rd of june in 20 minutes every other day until a week before
# 3 tasks 1 , - and urgent !! p1 #x to my shopping list “a” 'b' 's ’ half past 24:61 31/31
99.99.9999 0000-00-00 9999 years ago december 9999 last next this it ß İ 😀
"""
PIECES = st.one_of(st.sampled_from(PARTS.split()), st.text(max_size=5))


@pytest.mark.requirement("FR-CHAT-501")
@given(
    st.lists(PIECES, max_size=14),
    st.dates(),
)
def test_any_text_has_finds_in_order_that_do_not_overlap(pieces: list[str], today: date) -> None:
    text = " ".join(pieces)
    found = find(text, today)
    assert found == find(text, today)
    ends = [0, *(each.end for each in found)]
    for end, each in zip(ends, found, strict=False):
        assert end <= each.start < each.end <= len(text)
        assert text[each.start : each.end].strip()
        assert 0 < each.confidence <= 1
