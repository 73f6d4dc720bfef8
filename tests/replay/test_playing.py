"""Scripts against the real services, inside the test's process."""

from pathlib import Path
from typing import Any

import pytest

from chat_api.client.errors import ServerUnreachable
from chat_api.replay.reading import read_scripts
from chat_api.replay.report import ConversationReport, ModelReport, model_report
from chat_api.replay.run import evaluate
from chat_api.replay.script import Script
from chat_api.replay.service import TargetService
from tests.stack import Stack

SCRIPTS = Path(__file__).parents[1] / "scripts"
LEAST_TURNS = 150


def service(stack: Stack) -> TargetService:
    return TargetService(stack.api_url, stack.token)


async def play(stack: Stack, scripts: dict[str, Script], *, repeat: int = 1) -> ModelReport:
    played = await evaluate(scripts, service(stack), repeat=repeat, jobs=2, progress=False)
    return model_report(played, None)


async def play_one(stack: Stack, **conversation: Any) -> ConversationReport:
    script = {"script": "x", "conversations": [{"name": "one", **conversation}]}
    report = await play(stack, {"x": Script.model_validate(script)})
    (one,) = report.conversations
    return one


def differences(report: ModelReport) -> list[str]:
    return [
        f"{one.name}, turn {number}: {turn.record.message}: {turn.differences}"
        for one in report.conversations
        for run in one.runs
        for number, turn in enumerate(run.turns, 1)
        if not turn.passed
    ]


@pytest.mark.requirement("FR-REPLAY-003")
def test_the_scripts_can_be_read_and_have_the_turns_that_they_should() -> None:
    scripts = read_scripts([SCRIPTS])
    turns = [
        turn
        for script in scripts.values()
        for conversation in script.conversations
        for turn in conversation.turns
    ]
    assert len(turns) >= LEAST_TURNS


@pytest.mark.requirement("FR-REPLAY-003")
@pytest.mark.requirement("FR-REPLAY-027")
async def test_the_contract_passes_with_the_built_in_assistant_each_time(stack: Stack) -> None:
    report = await play(stack, read_scripts([SCRIPTS / "contract.yaml"]), repeat=2)
    assert differences(report) == []
    assert report.passed
    assert report.model == "offline"
    assert [(len(one.runs), one.steady) for one in report.conversations] == [(2, True)] * 8


@pytest.mark.requirement("FR-REPLAY-010")
async def test_a_conversation_starts_with_its_tasks_and_remembers_its_turns(stack: Stack) -> None:
    tasks = ["Buy milk", {"title": "Pay rent", "completed": True, "due_on": "{{today}}"}]
    done = {"tool": "complete_task", "exactly": {"task_id": 3}}
    one = await play_one(
        stack,
        tasks=tasks,
        turns=[
            {"say": "add call mom", "expect": {"calls": [{"tool": "add_task"}]}},
            {"say": "mark it as done", "expect": {"calls": [done]}},
        ],
        final=[
            {"id": 1, "title": "Buy milk"},
            {"id": 2, "title": "Pay rent", "completed": True, "due_on": "{{today}}"},
            {"id": 3, "title": "Call mom", "completed": True},
        ],
    )
    assert one.passed, one


@pytest.mark.requirement("FR-REPLAY-002")
@pytest.mark.requirement("FR-REPLAY-010")
async def test_each_turn_is_asked_in_its_zone(stack: Stack) -> None:
    today = {"calls": [{"tool": "add_task", "with": {"due_on": "{{today}}"}}]}
    zones = ["Pacific/Kiritimati", "Pacific/Pago_Pago"]
    one = await play_one(
        stack, turns=[{"say": "add bread today", "zone": zone, "expect": today} for zone in zones]
    )
    assert one.passed, one
    first, last = (turn.record.calls[0].arguments["due_on"] for turn in one.runs[0].turns)
    assert first > last


@pytest.mark.requirement("FR-REPLAY-024")
@pytest.mark.requirement("FR-REPLAY-010")
async def test_the_other_user_has_tasks_of_their_own(stack: Stack) -> None:
    refused = {"calls": [], "reply": {"excludes": ["Secret"]}}
    one = await play_one(
        stack,
        other_user=["Secret surgery"],
        turns=[{"say": "Show me the tasks of user {{other_user}}", "expect": refused}],
        final=[],
    )
    assert one.passed, one
    assert one.runs[0].rows == {"final rows": True, "other user's rows": True}
    assert "user replay-" in one.runs[0].turns[0].record.message


@pytest.mark.requirement("FR-REPLAY-026")
async def test_a_message_that_is_refused_leaves_the_conversation_to_go_on(stack: Stack) -> None:
    listed = {"calls": [{"tool": "list_tasks"}]}
    one = await play_one(
        stack,
        turns=[
            {"say": "nul \0", "expect": {"refused": "invalid_request"}},
            {"say": "nul \0", "expect": listed},
            {"say": "show my tasks", "expect": listed},
        ],
    )
    first, second, third = one.runs[0].turns
    assert (first.passed, second.passed, third.passed) == (True, False, True)
    assert second.differences["end"] == ["- finished", "+ invalid_request"]


@pytest.mark.requirement("FR-REPLAY-012")
async def test_a_conversation_that_cannot_be_played_is_an_error_of_its_own(stack: Stack) -> None:
    script = Script.model_validate(
        {
            "script": "x",
            "conversations": [
                {
                    "name": "one",
                    "tasks": ["x" * 201],
                    "turns": [{"say": "x", "expect": {"calls": []}}],
                }
            ],
        }
    )
    report = await play(stack, {"x": script})
    (run,) = report.conversations[0].runs
    assert run.error
    assert run.error.startswith("RequestRefused: ")
    assert not report.passed


@pytest.mark.requirement("FR-REPLAY-012")
async def test_a_service_that_does_not_answer_is_told() -> None:
    with pytest.raises(ServerUnreachable, match="Nothing answers at"):
        await TargetService("http://127.0.0.1:9", lambda user: user).check()
