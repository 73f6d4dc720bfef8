"""The answer to a question that the assistant asked back."""

from dataclasses import replace
from datetime import date

from chat_api.assistant import dates, phrase, slots, whens
from chat_api.assistant.build import targets, value_change
from chat_api.assistant.clauses import clauses
from chat_api.assistant.commands import (
    Add,
    ById,
    Change,
    Command,
    Complete,
    Delete,
    Everything,
    It,
    Named,
    Nth,
    Offer,
    Reference,
    Say,
    Show,
    Targeted,
    Them,
    Undo,
    is_whole,
)
from chat_api.assistant.contract import TaskSnapshot
from chat_api.assistant.interpret import interpret
from chat_api.assistant.lexicon import LEXICON, PATTERNS
from chat_api.assistant.matching import match as matching
from chat_api.assistant.memory import Memory
from chat_api.assistant.normalise import Masked, clean, plain
from chat_api.assistant.outcome import CommandOutcome, Question
from chat_api.assistant.resolve import among, confirmation
from chat_api.assistant.sentence import Sentence
from chat_api.assistant.understand import masked_message, understand

Answer = tuple[Command, ...] | CommandOutcome | None


def answer(question: Question, text: str, today: date) -> Answer:
    """Return what `text` makes of a question; None when it is something else altogether."""
    if says_no(text):
        return CommandOutcome(phrase.REMARKS["kept"])
    if says_yes(text):
        return _agreed(question)
    chosen = _chosen(question, text, today)
    if chosen is not None:
        return chosen
    commands = understand(text, today)
    if _is_command(commands) or (
        question.kind in {"target", "which"} and _is_order(commands, text)
    ):
        return None
    if question.kind == "change" and _is_no_value(commands[0], interpret(text, today)[0], text):
        return None
    masked = masked_message(text)
    return _filled(question, Sentence(plain(masked.text), masked, today))


def _chosen(question: Question, text: str, today: date) -> Answer:
    """Return what is left of many tasks ("only the first two"), or a yes with more behind it.

    A yes that has something behind it which makes no sense is asked for once more.
    """
    masked = masked_message(text)
    match question:
        case Question("confirm", Complete() | Delete() | Change() as command, tasks):
            some = _of_many(command, Sentence(plain(masked.text), masked, today), tasks)
            agreed = PATTERNS["yes_lead"].match(text)
            again = confirmation(command, tasks, len(tasks), today) if agreed else None
            return some or _with_orders(question, masked, today) or again
        case _:
            return _with_orders(question, masked, today)


def _with_orders(question: Question, masked: Masked, today: date) -> Answer:
    """Return a yes, or an answer about many tasks, with the orders behind it."""
    more = PATTERNS["yes_and"].fullmatch(masked.text)
    if more:
        return _with_more(_agreed(question), masked.reveal(more["more"]), today)
    if question.kind != "confirm":
        return None
    first, *others = clauses(masked.text) or ("",)
    end = masked.text.find(first) + len(first)
    if not others or first not in masked.text or end >= len(masked.text):
        return None
    answered = _chosen(question, masked.reveal(masked.text[:end]), today)
    return _with_more(answered, masked.reveal(" and ".join(others)), today)


def _with_more(answered: Answer, more: str, today: date) -> Answer:
    """Return an answer with the orders behind it; None unless these are orders and nothing else."""
    orders = interpret(more, today)
    plain_orders = all(isinstance(order, Add | Show) or is_whole(order) for order in orders)
    return (*answered, *orders) if isinstance(answered, tuple) and plain_orders else None


def _of_many(command: Targeted, sentence: Sentence, candidates: tuple[TaskSnapshot, ...]) -> Answer:
    """Return what is done to some of the tasks that a question was about.

    "Not the eggs" says no to them, and not yet yes to the others.
    """
    left_out = PATTERNS["all_but"].fullmatch(sentence.masked.text)
    only = left_out or PATTERNS["only_these"].fullmatch(sentence.masked.text)
    if only and not left_out and only["verb"] and not _does(command, only["verb"]):
        return None
    named = targets(only["named"].strip(" .!?"), sentence) if only else ()
    each = [among(reference, candidates, Memory()) for reference in named]
    picked = {task.id for found in each for task in found} if all(each) else set()
    some = tuple(t for t in candidates if picked and (t.id in picked) != bool(left_out))
    if left_out and some and not (left_out["agreed"] or left_out["all"]):
        return confirmation(command, some, len(some), sentence.today)
    return _for(command, some)


def _does(command: Targeted, verb: str) -> bool:
    """Whether a verb says what a command does: "just delete milk" is no answer to "complete?"."""
    verbs = {Delete: {"delete", "remove"}, Complete: {"complete", "finish", "mark"}}
    return verb in {"do", *verbs.get(type(command), {"move", "change", "set", "mark"})}


def _filled(question: Question, sentence: Sentence) -> Answer:
    """Fill in what the question asked for."""
    match question:
        case Question("which", Complete() | Delete() | Change() as command, candidates):
            return _for(command, _picked(targets(sentence.clause, sentence), candidates))
        case Question("target", Complete() | Delete() | Change() as command):
            meant = targets(sentence.clause, sentence)
            return (replace(command, targets=meant),) if meant else None
        case Question("change", Change()) if PATTERNS["declines"].fullmatch(sentence.clause):
            return CommandOutcome(phrase.REMARKS["kept"])
        case Question("change", Change(), candidates):
            return _for(_new_value(sentence), candidates)
        case Question("title", Add() as add) if not PATTERNS["asks_something"].match(
            sentence.clause
        ):
            return _titled(add, sentence)
        case _:
            return None


def _new_value(sentence: Sentence) -> Targeted:
    """Read "to friday", "a week later" and "it's urgent" as what a task should become."""
    value = PATTERNS["value_lead"].sub("", sentence.clause)
    shift = dates.span(value.removesuffix(" later"))
    if value.endswith(" later") and shift:
        return Change((), shift=shift)
    return value_change(value, sentence)


def says_yes(text: str) -> bool:
    """Whether a message agrees, and says nothing else."""
    return _opens_with(text, "yes")


def says_no(text: str) -> bool:
    """Whether a message declines, and says nothing else."""
    return _opens_with(text, "no")


def _opens_with(text: str, kind: str) -> bool:
    words = clean(text[:200]).casefold().replace(",", " ").strip(" .!").split()
    known = LEXICON.words[kind]
    allowed = known | LEXICON.words["answer_words"]
    return bool(words) and words[0] in known and all(w.strip(".!") in allowed for w in words)


def _agreed(question: Question) -> Answer:
    match question:
        case Question("offer", Offer(adds)):
            return adds
        case Question("undo", Undo() as undo):
            return (undo,)
        case Question("confirm", Complete() | Delete() | Change() as command, candidates):
            return _for(command, candidates)
        case Question("which", Complete() | Delete() | Change() as command, (only,)):
            return _for(command, (only,))
        case _:
            return None


def _is_command(commands: tuple[Command, ...]) -> bool:
    """Whether a message is a new command rather than an answer that happens to look like one."""
    match commands[0]:
        case Say() | Offer() | Add(""):
            return False
        case Complete(()) | Delete(()):
            return True
        case Complete(meant) | Delete(meant) | Change(meant):
            return bool(meant) and not all(isinstance(target, Named) for target in meant)
        case _:
            return True


def _is_order(commands: tuple[Command, ...], text: str) -> bool:
    """Whether a message that names a task is an order by its verb, and no name of a task."""
    verb = plain(clean(text)).partition(" ")[0].casefold()
    orders = LEXICON.words["plain_orders"] - LEXICON.words["chores"]
    return isinstance(commands[0], Complete | Delete | Change) and verb in orders


def _is_no_value(understood: Command, interpreted: Command, text: str) -> bool:
    """Whether a message rather asks something, or is an order, than names what a task becomes."""
    clause = plain(clean(text))
    match interpreted:
        case Complete() | Delete():
            return clause.partition(" ")[0].casefold() not in LEXICON.words["chores"]
        case Change((Named(), *_)) as change if change != Change(change.targets, change.title):
            return True  # It sets more than a title.
        case Show() | Say("hello" | "thanks" | "bye" | "help"):
            return True
        case _:
            asked = PATTERNS["is_asked"].fullmatch(clause)
            return bool(asked) or _is_order((understood,), text)


def _for(command: Targeted, tasks: tuple[TaskSnapshot, ...]) -> Answer:
    chosen = tuple(ById(task.id) for task in tasks)
    return (replace(command, targets=chosen),) if chosen else None


def _picked(
    references: tuple[Reference, ...], candidates: tuple[TaskSnapshot, ...]
) -> tuple[TaskSnapshot, ...]:
    found = (task for reference in references for task in _pick(reference, candidates))
    return tuple({task.id: task for task in found}.values())


def _pick(reference: Reference, candidates: tuple[TaskSnapshot, ...]) -> tuple[TaskSnapshot, ...]:
    match reference:
        case ById(number):
            return tuple(task for task in candidates if task.id == number)
        case Nth(place):
            return candidates[place - 1 : place] if place > 0 else candidates[place:][:1]
        case Named(words):
            fitting = matching(words, candidates).sure
            return fitting if len(fitting) == 1 else ()
        case It():
            return candidates if len(candidates) == 1 else ()
        case Them() | Everything():
            return candidates


def _titled(add: Add, sentence: Sentence) -> Answer:
    when = whens.When(add.description) if add.description else None
    made = slots.new_tasks(sentence.clause, sentence.masked, sentence.today, one=False, when=when)
    named = tuple(each for each in made if each.title)
    return (
        tuple(
            replace(
                each,
                due_on=each.due_on or add.due_on,
                priority=each.priority or add.priority,
                tags=(*add.tags, *each.tags),
            )
            for each in named
        )
        or None
    )
