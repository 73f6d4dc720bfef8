"""What to do next in a turn: call tools, or reply.

Nothing is kept between calls of the model. The commands are worked out of the message again each
time, and carried out against the tool results that the turn already has, up to the point where
one is missing.
"""

from datetime import date
from itertools import islice

from chat_api.assistant import phrase
from chat_api.assistant.answers import answer, says_no, says_yes
from chat_api.assistant.commands import (
    Command,
    Commands,
    Named,
    Offer,
    Say,
    ShowTask,
    is_whole,
)
from chat_api.assistant.contract import CompletedCall, ToolCalls, Transcript
from chat_api.assistant.corrections import correction
from chat_api.assistant.familiar import numbered
from chat_api.assistant.followups import follow_up
from chat_api.assistant.interpret import interpret
from chat_api.assistant.lexicon import PATTERNS
from chat_api.assistant.memory import Memory, last_list, remember
from chat_api.assistant.outcome import CommandOutcome, Question, Script
from chat_api.assistant.perform import carry_out
from chat_api.assistant.resolve import Setting
from chat_api.assistant.understand import plain_message

_QUESTIONS_BACK = 5


def decide(
    transcript: Transcript,
    today: date,
    tools: frozenset[str],
    back: int = _QUESTIONS_BACK,
) -> ToolCalls | CommandOutcome:
    """Return the next step of the current turn.

    `tools` are the names of the tools on offer. `back` bounds how many open questions are followed
    into the past.
    """
    asked = _open_question(transcript, today, tools, back)
    leaning = None
    if asked is None:
        leaning = correction(transcript, today) or follow_up(transcript, today)
    memory = remember(transcript)
    meant = leaning or _meaning(transcript.current.text, asked, memory, today)
    if isinstance(meant, CommandOutcome):
        return meant
    setting = Setting(memory, today, last_list(transcript))
    return _replay(carry_out(meant, setting), transcript.current.done, tools)


def _open_question(
    transcript: Transcript, today: date, tools: frozenset[str], back: int
) -> Question | None:
    """Return what the turn before asked: it is decided again, and has to come out the same."""
    earlier = transcript.earlier
    if earlier is None or not back or "?" not in earlier.current.reply:
        return None
    decision = decide(earlier, today, tools, back - 1)
    if (
        isinstance(decision, CommandOutcome)
        and decision.text.strip() == earlier.current.reply.strip()
    ):
        return decision.question
    return None


def _meaning(
    text: str, asked: Question | None, memory: Memory, today: date
) -> tuple[Command, ...] | CommandOutcome:
    answered = answer(asked, text, today) if asked else None
    if answered is not None:
        return answered
    commands = interpret(text, today)
    if commands == (Say("beyond"),) and (says_yes(text) or says_no(text)):
        return CommandOutcome(phrase.no_question())
    if not _is_at_a_loss(commands) and not PATTERNS["put_on_day"].fullmatch(plain_message(text)):
        return commands
    return _about_known(text, memory, today) or commands


def _is_at_a_loss(commands: Commands) -> bool:
    at_loss = (Say("unsure"), Say("beyond"))
    return all(each in at_loss or isinstance(each, Offer) for each in commands)


def _about_known(text: str, memory: Memory, today: date) -> Commands:
    """Return what a message asks to do with tasks that the conversation knows, if it does."""
    named = numbered(text, memory)
    commands = interpret(named, today) if named != text else ()
    known = all(isinstance(each, ShowTask) or is_whole(each) for each in commands)
    # What stands beside a number was no part of an order that is known.
    known = known and not any(
        isinstance(target, Named) and target.words[:1].isdecimal()
        for each in commands
        for target in getattr(each, "targets", ())
    )
    return commands if known else ()


def _replay(
    script: Script, done: tuple[CompletedCall, ...], tools: frozenset[str]
) -> ToolCalls | CommandOutcome:
    """Run a script on the results there are; decide on the first calls that have none."""
    rest = iter(done)
    try:
        wanted = next(script)
        while True:
            missing = next((call.name for call in wanted if call.name not in tools), None)
            if missing:
                return CommandOutcome(phrase.no_tool(missing))
            known = tuple(islice(rest, len(wanted)))
            if len(known) < len(wanted):
                return ToolCalls(wanted[len(known) :])
            if any(had.call.name != call.name for had, call in zip(known, wanted, strict=True)):
                return CommandOutcome(phrase.interrupted())
            wanted = script.send(tuple(had.result for had in known))
    except StopIteration as end:
        outcome: CommandOutcome = end.value
        return outcome
