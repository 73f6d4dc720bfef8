"""Finding the title, due date, priority and tags of a new task."""

from dataclasses import dataclass, replace
from datetime import date

from chat_api.assistant import dates, whens
from chat_api.assistant.commands import Add, Priority
from chat_api.assistant.filters import level_in
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.normalise import Masked, is_quoted
from chat_api.assistant.titles import in_words, split_titles

TITLE_LENGTH = 200

_EDGES = " \t,;:.!?-–—"


@dataclass(frozen=True)
class _Draft:
    """A title on the way, and what was taken out of it."""

    text: str
    due_on: date | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    when: whens.When | None = None


def new_tasks(
    text: str,
    masked: Masked,
    today: date,
    *,
    one: bool,
    mark: str = "",
    when: whens.When | None = None,
) -> tuple[Add, ...]:
    """Return the tasks that a title slot describes.

    `one` says that the sentence spoke of a single task, so that "and" belongs to its title; `mark`
    is a priority that stood before the noun, as in "an urgent task to …". `when` is given for a
    reminder: what was said in front of the slot, to which what is said in it is added.
    """
    noted = PATTERNS["description_in_title"].search(text)
    if noted:
        quoted = PATTERNS["quoted_first"].match(noted["note"])
        note, rest = (quoted["quote"], quoted["rest"]) if quoted else (noted["note"], "")
        text = f"{text[: noted.start()]}{rest}"
        before = new_tasks(text, masked, today, one=True, mark=mark, when=when)
        return tuple(described(add, masked.reveal(note)) for add in before)
    text = PATTERNS["title_lead"].sub("", in_words(text, today))
    day = when.day if when else None
    whole = _Draft(text, due_on=day, priority=level_in(mark), when=when)
    apart = () if is_quoted(text) else _valued_apart(whole, today)
    if apart:
        # Then what stands at the end belongs to the last one alone.
        return tuple(_finished(each, masked, today) for each in apart)
    draft = _reduced(whole, today)
    alone = one and not PATTERNS["another_task"].search(draft.text)
    parts = (draft.text,) if alone or is_quoted(draft.text) else split_titles(draft.text)
    return tuple(_finished(replace(draft, text=part), masked, today) for part in parts)


def described(add: Add, note: str) -> Add:
    """Return a new task with one more line in its description."""
    return replace(add, description="\n".join(filter(None, [add.description, note])))


def due_by(adds: tuple[Add, ...], due: date | None) -> tuple[Add, ...]:
    """Give new tasks a day, as far as they have none."""
    return tuple(replace(add, due_on=add.due_on or due) for add in adds)


def _valued_apart(draft: _Draft, today: date) -> tuple[_Draft, ...]:
    """Split tasks of which one has its own values: "buy milk tomorrow and call mom"."""
    parts = tuple(replace(draft, text=part) for part in _split(draft, today))
    if len(parts) == 1:
        return ()
    reduced = [_reduced(part, today) for part in parts]
    one_more = PATTERNS["another_task"].search(draft.text)
    with_own = reduced if one_more else reduced[:-1]
    valued = any(replace(part, text="") != replace(draft, text="") for part in with_own)
    return parts if valued and all(part.text for part in reduced) else ()


def _split(draft: _Draft, today: date) -> tuple[str, ...]:
    if draft.when:  # "On tuesdays and thursdays" is one reminder.
        return split_titles(draft.text)
    return split_titles(draft.text, lambda part: _reduced(replace(draft, text=part), today).text)


def _finished(draft: _Draft, masked: Masked, today: date) -> Add:
    final = _reduced(draft, today)
    title = tidy(masked.reveal(PATTERNS["article"].sub("", final.text)))
    when = final.when or whens.When()
    due, note = final.due_on or when.due_on(today), tidy(masked.reveal(when.note))
    if PATTERNS["only_level"].fullmatch(title):
        return Add("", due, level_in(title), final.tags, note, when=note)
    title = "" if _is_vague(title) else title
    return Add(title, due, final.priority, final.tags, note, when=note)


def _reduced(draft: _Draft, today: date) -> _Draft:
    """Take tags, priority, date and list name off the edges until nothing more comes off."""
    seen: set[_Draft] = set()
    while draft not in seen:  # of "daily, at 8pm" each half may be put behind the other
        seen.add(draft)
        shorter = _without_priority(_without_tags(draft))
        shorter = _without_date(_without_when(shorter), today)
        draft = replace(shorter, text=_trimmed(shorter.text))
    return draft


def _without_tags(draft: _Draft) -> _Draft:
    found = PATTERNS["tag_in_title"].search(draft.text)
    if not found:
        return draft
    tag = next(filter(None, found.groups())).casefold()
    text = f"{draft.text[: found.start()]} {draft.text[found.end() :]}"
    tags = tuple(dict.fromkeys((*draft.tags, tag)))
    return replace(draft, text=" ".join(text.split()), tags=tags)


def _without_priority(draft: _Draft) -> _Draft:
    found = PATTERNS["priority_in_title"].search(draft.text)
    if not found or not draft.text.replace(found.group(), "").strip(_EDGES):
        return draft
    level = level_in(found.group()) or "high"
    return replace(
        draft, text=PATTERNS["priority_in_title"].sub("", draft.text, count=1), priority=level
    )


def _without_date(draft: _Draft, today: date) -> _Draft:
    alone = dates.only(draft.text, today)
    if alone and not draft.due_on:
        when = draft.when and draft.when.with_last(alone.said)
        return replace(draft, text="", due_on=alone.days.last, when=when)
    if draft.when is None:
        due, text = dates.take_due(draft.text, today)
        return replace(draft, text=text, due_on=due) if due else draft
    taken = None if draft.due_on else dates.take(draft.text, today)
    if not taken:
        return draft
    when = draft.when.with_last(taken.said)
    return replace(draft, text=taken.rest, due_on=taken.due_on, when=when)


def _without_when(draft: _Draft) -> _Draft:
    if draft.when is None:
        return draft
    when, text = whens.take(draft.text, draft.when)
    return replace(draft, text=text, when=when)


def _trimmed(text: str) -> str:
    bare = PATTERNS["list_tail"].sub("", text.strip(_EDGES))
    bare = PATTERNS["title_tail"].sub("", bare)
    bare = PATTERNS["remember_lead"].sub("", PATTERNS["title_lead"].sub("", bare)) or bare
    bare = PATTERNS["bare_time_first"].sub(r"\2 at \1", bare)
    return PATTERNS["time_first"].sub(r"\2 \1", bare)


def _is_vague(title: str) -> bool:
    return not title or bool(PATTERNS["vague"].fullmatch(title))


def tidy(title: str) -> str:
    """Return a title as it is stored: one line, no stray punctuation, a capital first."""
    bare = " ".join(title.split()).strip(" \t,;:-–—").rstrip(".!? ").strip()
    if bare.count('"') == 2 and bare[0] == bare[-1] == '"':
        bare = bare[1:-1].strip()
    return bare[:1].upper() + bare[1:] if bare.strip("'\" ") else ""
