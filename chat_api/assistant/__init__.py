"""The built-in assistant: a grammar and a small neural network, on this machine alone.

`respond` is all that others call; what it takes and returns is in `contract`. It imports no SDK and
nothing else of ours. A message goes through these steps:

    entities    what is closed: dates, times, repeats, levels, numbers, names of lists, quotes
    frames      what is open, by a small neural network: one frame for each command, with its words
    dialogue    frames that the conversation completes: answers, "it", "also eggs", "no, saturday"
    policy      what is carried out, asked or offered, by actions, overview and small_talk

Tool calls are steps of generators (`steps`), and what the next message can lean on is stored with
the reply (`state`).
"""

from datetime import datetime

from chat_api.assistant import entities, frames, small_talk
from chat_api.assistant.contract import Reply, ToolCalls, Transcript
from chat_api.assistant.dialogue import requests_of
from chat_api.assistant.policy import reply_steps
from chat_api.assistant.replies import Context, Surface
from chat_api.assistant.state import state_of
from chat_api.assistant.steps import next_step


def respond(
    transcript: Transcript,
    now: datetime,
    capabilities: frozenset[str],
    surface: Surface = "text",
) -> ToolCalls | Reply:
    """Return the next step of the turn that waits for its reply.

    Nothing is remembered between calls: the same arguments give the same answer.

    Args:
        transcript: The turns so far; the last one has the results of its calls until now.
        now: The user's own date and time.
        capabilities: The names of the tools that can be called.
        surface: Whether the client shows tasks as cards, or only text.

    """
    text = transcript.current.text
    state = state_of(transcript)
    earlier = transcript.earlier
    context = Context(now, state, surface, earlier.current.reply if earlier else "", text)
    found = entities.find(text, now.date())
    requests = requests_of(frames.read(text, found), text, state, now)
    step = next_step(reply_steps(requests, context), transcript.current.done)
    if isinstance(step, ToolCalls) and not capabilities.issuperset(c.name for c in step.calls):
        return Reply("I can't do that here: the task service offers no tool for it.")
    return step


def load() -> None:
    """Read the weights and words now, so that no message waits for them."""
    frames.load()
    small_talk.talk()
