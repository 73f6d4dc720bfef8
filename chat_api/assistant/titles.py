"""Titles: those of new tasks, and the listed tasks whose titles words mean."""

import re
import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from rapidfuzz import fuzz

from chat_api.assistant.contract import TaskSnapshot

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_WORDS = tomllib.loads(files(__package__).joinpath("data/titles.toml").read_text("utf-8"))
_EMPTY = frozenset(_WORDS["empty"].split())
_VERBS = frozenset(_WORDS["verbs"].split())
_IRREGULAR = dict(pair.split(":") for pair in _WORDS["irregular"].split())
_SUFFIXES = (("ies", "y"), ("ied", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", ""))
_SHORTEST_STEM = 3
# A typing error in a word of at least five letters.
_MISTYPED, _MISTYPED_SHORT = 80, 85
_MISTYPED_LENGTH = 5
# A part of a title that words correct.
_MUCH_LIKE = 65
# How much of a title the words of a statement must cover to mean it.
_HALF = 0.5
_SEVERAL = 2
_AROUND = " \t\n.,;:!-–—*•"
_QUOTES = "\"'“”‘’«»"
# What joins a title to the words before it: "remind me about the bins", "a task to call Sam".
_JOINING = ("to ", "about ", "that i ", "please ")
_JOINED = re.compile(r"[,;&+]|\b(?:and|plus|also|too|as well)\b", re.IGNORECASE)
# What joins it to a value behind it: "the slip that's due tomorrow".
_TRAILING = re.compile(r"\s+(?:that|which)(?:['’]?s| is| are)?$", re.IGNORECASE)


def titles_of(spans: Sequence[str]) -> list[str]:
    """Return titles, the first letter large; none for a span without words."""
    plain = [_plain(span) for span in spans]
    return [title[:1].upper() + title[1:] for title in plain if title]


def _plain(span: str) -> str:
    title = " ".join(span.split()).strip(_AROUND)
    if len(title) > 1 and title[0] in _QUOTES and title[-1] in _QUOTES:
        return title[1:-1].strip()
    joined = next((each for each in _JOINING if title.casefold().startswith(each)), "")
    return _TRAILING.sub("", title[len(joined) :])


@dataclass(frozen=True)
class Match:
    """The tasks that fit a reference equally well.

    Attributes:
        tasks: The best ones; one of them is what was meant if it is the only one.
        certain: Whether all words of the reference fit, or most and all of the title. If not, the
            tasks are only similar.
        whole: Whether all words of the reference fit.

    """

    tasks: tuple[TaskSnapshot, ...]
    certain: bool
    whole: bool = False


@dataclass(frozen=True)
class _Fit:
    task: TaskSnapshot
    reference: float
    title: float

    @property
    def rank(self) -> tuple[bool, float]:
        return (self.reference == 1 and self.title == 1, self.reference)


def match_title(
    reference: str, tasks: Iterable[TaskSnapshot], *, prefer_open: bool = True
) -> Match:
    """Return the tasks that a reference means, open ones before completed ones."""
    words = significant(reference)
    fits = [_fit(words, task) for task in tasks]
    found = [fit for fit in fits if _means(fit)]
    if not found:
        return Match(_similar(words, fits), certain=False)
    best = max(fit.rank for fit in found)
    top = [fit.task for fit in found if fit.rank == best]
    preferred = [task for task in top if task.completed != prefer_open]
    return Match(tuple(preferred or top), certain=True, whole=best[1] == 1)


def search(words: Collection[str], tasks: Iterable[TaskSnapshot]) -> tuple[TaskSnapshot, ...]:
    """Return the tasks that have any of these phrases in title, note, tag or list."""
    searched = [significant(phrase) for phrase in words]
    return tuple(
        task
        for task in tasks
        if any(phrase and _coverage(phrase, _all_words(task)) == 1 for phrase in searched)
    )


def spoken_of(text: str, tasks: Iterable[TaskSnapshot]) -> tuple[TaskSnapshot, ...]:
    """Return the tasks of whose titles a sentence has most words, or two at least."""
    said = significant(text)
    shares = [
        (task, words, _coverage(words, said))
        for task in tasks
        if (words := significant(task.title))
    ]
    return tuple(
        task for task, words, share in shares if share > _HALF or share * len(words) >= _SEVERAL
    )


def _is_verb_of(words: Sequence[str], task: TaskSnapshot) -> bool:
    """Whether words are only the verb of a title: "call" does not say whom."""
    first, *others = (*task.title.casefold().split(), "")
    return bool(others[:-1]) and first in _VERBS and list(words) == [stem(first)]


def named_in(text: str, tasks: Sequence[TaskSnapshot]) -> tuple[TaskSnapshot, ...]:
    """Return the tasks that a sentence has most to do with: by words that only they have.

    The verb of a title speaks only beside another word.
    """
    said = significant(text)
    titles = {task: significant(task.title) for task in tasks}
    scores: dict[TaskSnapshot, float] = {}
    for task, words in titles.items():
        shared = _shared(said, task)
        if shared and (not _is_verb_of(shared, task) or len(words) == 1):
            having = (sum(word in others for others in titles.values()) for word in shared)
            scores[task] = sum(1 / each for each in having)
    best = max(scores.values(), default=0.0)
    return tuple(task for task, score in scores.items() if score == best) if best >= 1 else ()


def parts_of(words: str) -> list[str]:
    """Return the names that words are a list of: "chapter 3 and the proofs"."""
    return [part for each in _JOINED.split(words) if (part := each.strip(_AROUND))]


def amended(title: str, words: str) -> str:
    """Return a title with the part that the words correct in its place: "I meant the bank".

    The part has as many words as they have, and is spelt much like them; if there is none, the
    words are the title.
    """
    old, new = title.split(), words.split()
    size = len(new)
    parts = [" ".join(old[start : start + size]) for start in range(len(old) - size + 1)]
    best = max(parts, key=lambda part: fuzz.ratio(part.casefold(), words.casefold()), default="")
    if size == len(old) or fuzz.ratio(best.casefold(), words.casefold()) < _MUCH_LIKE:
        return words
    replacement = words if title.startswith(best) else f"{words[:1].lower()}{words[1:]}"
    return title.replace(best, replacement, 1)


def carries(text: str) -> bool:
    """Whether words say more than "it" or "the task"; so does a sign such as an emoji."""
    words = _WORD.findall(text)
    return any(word.casefold() not in _EMPTY for word in words) if words else bool(text.strip())


def significant(text: str) -> tuple[str, ...]:
    """Return the stems of the words that carry meaning; of all words if none does."""
    words = [word.casefold().replace("’", "'").removesuffix("'s") for word in _WORD.findall(text)]
    carrying = [word for word in words if word not in _EMPTY] or words
    return tuple(stem(word) for word in carrying)


def stem(word: str) -> str:
    """Return a form that inflections of a word share; it need not be a word."""
    if word in _IRREGULAR:
        word = _IRREGULAR[word]
    for ending, replacement in _SUFFIXES:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending) + replacement
            break
    return word[:-1] if len(word) > _SHORTEST_STEM and word[-1] == word[-2] else word


def _fit(words: Sequence[str], task: TaskSnapshot) -> _Fit:
    title = significant(task.title)
    return _Fit(task, _coverage(words, title), _coverage(title, words))


def _means(fit: _Fit) -> bool:
    # "The dentist appointment at the clinic" means the task "Dentist appointment".
    return fit.reference == 1 or (fit.title == 1 and fit.reference >= _HALF)


def _similar(words: Sequence[str], fits: Iterable[_Fit]) -> tuple[TaskSnapshot, ...]:
    half = (fit for fit in fits if fit.reference >= _HALF and not fit.task.completed)
    close = [fit for fit in half if not _is_verb_of(_shared(words, fit.task), fit.task)]
    best = max((fit.reference for fit in close), default=0)
    return tuple(fit.task for fit in close if fit.reference == best)


def _shared(words: Sequence[str], task: TaskSnapshot) -> list[str]:
    """Return the words of a title that are among these."""
    title = significant(task.title)
    return [each for each in title if any(_same(each, word) for word in words)]


def _coverage(words: Sequence[str], others: Collection[str]) -> float:
    """Return the share of the words that the others hold."""
    return sum(any(_same(word, other) for other in others) for word in words) / (len(words) or 1)


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    if any(character.isdigit() for character in one + other):
        return False
    short, long = sorted((len(one), len(other)))
    least = _MISTYPED if short >= _MISTYPED_LENGTH else _MISTYPED_SHORT
    return long >= _MISTYPED_LENGTH and fuzz.ratio(one, other) >= least


def _all_words(task: TaskSnapshot) -> tuple[str, ...]:
    return significant(" ".join([task.title, task.description, *task.tags, task.list or ""]))
