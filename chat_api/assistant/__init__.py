"""The built-in assistant: rules instead of a language model, and no network.

`respond` is all that others call; what it takes and returns is in contract. It imports no SDK and
nothing else of ours. A turn goes through these steps, each a module:

    normalise     one spelling for quotes, spaces, courtesy and typing errors
    clauses       one message, several commands
    intent        which sentence patterns fit a clause
    build         a pattern with its slots (slots, dates, filters, references) -> commands
    understand    the three above, for a whole message
    repairs       a message that corrects itself
    answers       the same for a message that answers a question
    corrections   the same for one that corrects what was just done
    followups     the same for one that leans on the turn before in another way
    memory        what "it" and "the second one" can mean
    resolve       references -> task numbers, by memory or by a look-up (matching)
    perform       a command -> tool calls, then their results -> an outcome in words (phrase)
    plan          the turn so far -> the next calls, or the outcome
    pending       what the outcome asks, as data, and messages that would answer it

Words and patterns are data, in `data/`, compiled by lexicon.
"""

from datetime import datetime

from chat_api.assistant import classifier, day_names, lexicon, spans
from chat_api.assistant.contract import Reply, ToolCalls, Transcript
from chat_api.assistant.pending import pending_of, suggestions_for
from chat_api.assistant.plan import decide


def respond(
    transcript: Transcript, now: datetime, capabilities: frozenset[str]
) -> ToolCalls | Reply:
    """Return the next step of the turn that waits for its reply.

    Nothing is remembered between calls: the same arguments give the same answer.

    Args:
        transcript: The turns so far; the last one has the results of its calls until now.
        now: The user's own date and time; of these only the date counts.
        capabilities: The names of the tools that can be called.

    """
    decision = decide(transcript, now.date(), capabilities)
    if isinstance(decision, ToolCalls):
        return decision
    question = decision.question
    return Reply(
        decision.text,
        task_ids=decision.task_ids,
        suggestions=suggestions_for(question, now.date()) if question else (),
        pending=pending_of(question) if question else None,
    )


def load() -> None:
    """Read the word lists, patterns and weights now, so that no message waits for them."""
    lexicon.load()
    day_names.readers()
    classifier.WEIGHTS.load()
    spans.WEIGHTS.load()
