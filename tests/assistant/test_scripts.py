"""Whole conversations with the built-in assistant, over the real API, tools and database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chat_api.replay.reading import read_scripts
from tests.replay.test_playing import differences, play
from tests.stack import Stack

SHARED = Path(__file__).parents[1] / "scripts"
OWN = Path(__file__).parent / "scripts"
requirement = pytest.mark.requirement
# What the conversations of a script show.
SHOWN = {
    "ambiguity": [requirement("FR-CHAT-107"), requirement("FR-CHAT-110")],
    "answers": [requirement("FR-CHAT-148"), requirement("FR-CHAT-133")],
    "bulk": [requirement("FR-CHAT-112"), requirement("FR-CHAT-105")],
    "contract": [requirement("FR-CHAT-101")],
    "conversations": [requirement("FR-CHAT-111"), requirement("FR-CHAT-121")],
    "corrections": [
        requirement("FR-CHAT-118"),
        requirement("FR-CHAT-122"),
        requirement("FR-CHAT-123"),
    ],
    "crud": [
        requirement("FR-CHAT-102"),
        requirement("FR-CHAT-109"),
        requirement("FR-CHAT-114"),
        requirement("FR-CHAT-138"),
    ],
    "dates": [requirement("FR-CHAT-104"), requirement("FR-CHAT-013")],
    "errors": [requirement("FR-CHAT-113"), requirement("FR-CHAT-154")],
    "exchange": [
        requirement("FR-CHAT-118"),
        requirement("FR-CHAT-121"),
        requirement("FR-CHAT-122"),
        requirement("FR-CHAT-107"),
        requirement("FR-CHAT-164"),
    ],
    "finished": [requirement("FR-CHAT-157")],
    "lists": [requirement("FR-CHAT-104"), requirement("FR-CHAT-105")],
    "moments": [
        requirement("FR-CHAT-163"),
        requirement("FR-CHAT-169"),
        requirement("FR-CHAT-104"),
    ],
    "named": [
        requirement("FR-CHAT-162"),
        requirement("FR-CHAT-159"),
        requirement("FR-CHAT-138"),
        requirement("FR-CHAT-167"),
        requirement("FR-CHAT-168"),
    ],
    "off_topic": [requirement("FR-CHAT-106")],
    "refusals": [requirement("FR-CHAT-108")],
    "several": [requirement("FR-CHAT-103"), requirement("FR-CHAT-139")],
    "talk": [
        requirement("FR-CHAT-165"),
        requirement("FR-CHAT-166"),
        requirement("FR-CHAT-106"),
        requirement("FR-CHAT-109"),
        requirement("FR-CHAT-132"),
    ],
    "times": [requirement("FR-CHAT-128"), requirement("FR-CHAT-155")],
}


def scripts() -> Iterator[object]:
    for path in sorted([*SHARED.glob("*.yaml"), *OWN.glob("*.yaml")]):
        yield pytest.param(path, marks=SHOWN[path.stem], id=path.stem)


@pytest.mark.parametrize("path", list(scripts()))
async def test_the_built_in_assistant_plays_a_script(stack: Stack, path: Path) -> None:
    assert differences(await play(stack, read_scripts([path]))) == []
