"""The figures, and the reports as machines and people read them."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from pydantic_evals.evaluators import EvaluationResult, EvaluatorSpec
from pydantic_evals.reporting import EvaluationReport, ReportCase, ReportCaseFailure
from rich.console import Console

from chat_api.replay.metrics import percentile
from chat_api.replay.output import show, write
from chat_api.replay.play import Scene, Transcript
from chat_api.replay.report import ModelReport, Report, model_report
from chat_api.replay.script import ScriptConversation
from chat_api.replay.verdict import judge
from tests.replay.records import call, conversation, record, row, transcript, turn

EVIL = "</pre><script>alert('x')</script> & \x1b[2J\x00 ]]> “milk”"
ADD = {"calls": [{"tool": "add_task", "exactly": {"title": "Milk"}}]}
RIGHT = record("Added it.", call("add_task", title="Milk"))
WRONG = record(EVIL, call("add_task", title="Eggs"), message=EVIL, seconds=2.0)
CLAIMS = record("I've added it.")


def case(played: ScriptConversation, run: Transcript) -> Any:
    findings = judge(played, run)
    spec = EvaluatorSpec(name="AsScripted", arguments=None)
    return ReportCase(
        name=played.name,
        inputs=Scene(played, "UTC"),
        metadata="milk",
        expected_output=None,
        output=run,
        metrics={},
        attributes={},
        scores={},
        labels={},
        assertions={
            name: EvaluationResult(
                name=name, value=found.passed, reason="\n".join(found.lines), source=spec
            )
            for name, found in findings.items()
        },
        task_duration=1,
        total_duration=1,
    )


def broken(played: ScriptConversation) -> Any:
    return ReportCaseFailure(
        name=played.name,
        inputs=Scene(played, "UTC"),
        metadata="milk",
        expected_output=None,
        error_message=f"ConnectError: {EVIL}",
        error_stacktrace="",
    )


def model(name: str, *cases: Any, failures: list[Any] | None = None) -> ModelReport:
    played: Any = EvaluationReport(name=name, cases=list(cases), failures=failures or [])
    return model_report(played, name)


@pytest.fixture
def report() -> Report:
    """Two models: one does all right, one makes every kind of mistake."""
    add = conversation(turn(**ADD), turn(**ADD), final=[{"title": "Milk"}])
    other = conversation(turn(**ADD), name="two")
    good = case(add, transcript(RIGHT, RIGHT, after=[row(1, "Milk")]))
    bad = case(add, transcript(WRONG, CLAIMS, after=[row(1, "Eggs")]))
    return Report(
        models=[model("good", good), model("bad\x1b[2J", good, bad, failures=[broken(other)])]
    )


@pytest.mark.requirement("FR-REPLAY-030")
def test_the_figures_count_what_was_right_and_what_it_cost(report: Report) -> None:
    figures = report.models[1].metrics
    assert str(figures.turns) == "50.0% (2/4)"
    assert str(figures.conversations) == "33.3% (1/3)"
    assert (figures.tools.right, figures.tools.of) == (3, 4)
    assert (figures.arguments.right, figures.arguments.of) == (2, 3)
    assert (figures.final_state.right, figures.final_state.of) == (1, 2)
    assert figures.unsupported_claims == 1
    assert (figures.input_tokens, figures.output_tokens) == (4000, 200)
    assert (figures.input_tokens_per_turn, figures.output_tokens_per_turn) == (1000, 50)
    assert figures.first_request_tokens == 500
    assert figures.turns_per_second == pytest.approx(4 / 3.5)
    assert (figures.latency_p50, figures.latency_p95) == (0.5, 2.0)


@pytest.mark.requirement("FR-REPLAY-030")
def test_a_percentile_is_a_value_that_was_measured() -> None:
    assert [percentile([1, 2, 3, 4], share) for share in (0, 25, 50, 95, 100)] == [1, 1, 2, 4, 4]
    assert percentile([], 50) == 0


@pytest.mark.requirement("FR-REPLAY-027")
def test_runs_that_differ_are_named_unsteady(report: Report) -> None:
    good, bad = (model.conversations[0] for model in report.models)
    assert (good.passed, good.steady) == (True, True)
    assert (bad.passed, bad.steady) == (False, False)


@pytest.mark.requirement("FR-REPLAY-031")
@pytest.mark.requirement("FR-REPLAY-027")
def test_the_json_has_a_verdict_without_times_and_ids(report: Report, tmp_path: Path) -> None:
    write(report, tmp_path / "r.json")
    written = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert written["passed"] is False
    found = written["verdict"]["good"]["milk: one"]
    turn_found = {"end": True, "tools": True, "arguments": True, "claims": True}
    assert found == {
        "passed": True,
        "steady": True,
        "found": {"turns": [turn_found, turn_found], "rows": {"final rows": True}},
    }
    assert written["verdict"]["bad\x1b[2J"]["milk: two"]["found"] == "error"
    assert (
        written["models"][0]["conversations"][0]["runs"][0]["turns"][0]["record"]["seconds"] == 0.5
    )


@pytest.mark.requirement("FR-REPLAY-031")
def test_the_junit_file_has_a_case_for_each_turn_and_the_rows(
    report: Report, tmp_path: Path
) -> None:
    write(report, tmp_path / "r.xml")
    good, bad = ET.parse(tmp_path / "r.xml").getroot()
    counted = [(s.get("tests"), s.get("failures"), s.get("errors")) for s in (good, bad)]
    assert counted == [("3", "0", "0"), ("7", "3", "1")]
    failure = next(
        found for found in bad.iter("failure") if "arguments" in str(found.get("message"))
    )
    assert failure.text
    assert '- "Milk"\n+ "Eggs"' in failure.text
    names = [found.get("name") for found in bad.iter("testcase")]
    assert names[3] == "1. </pre><script>alert('x')</script> & [2J ]]> “milk”"


@pytest.mark.requirement("FR-REPLAY-031")
def test_the_page_loads_nothing_and_runs_nothing(report: Report, tmp_path: Path) -> None:
    write(report, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text("utf-8")
    assert not re.search(
        r"""(?:src|href|action)=|url\(|@import|<(?:script|link|img|iframe)""", page
    )
    assert "default-src 'none'" in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"[\x00\x1b]", page)
    assert "- &#34;Milk&#34;" in page


@pytest.mark.requirement("FR-REPLAY-031")
@pytest.mark.requirement("FR-REPLAY-013")
def test_the_table_shows_models_side_by_side_and_what_differed(
    report: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    show(report, Console(width=120))
    written = capsys.readouterr().out
    assert "\x1b" not in written
    assert '      - "Milk"\n      + "Eggs"' in written
    assert re.search(r"conversations .* good .* bad\[2J", written)
    assert re.search(r"milk .* 1/1 .* 0/2, 1 unsteady", written)
    assert re.search(r"tool accuracy .* 100.0% \(2/2\) .* 75.0% \(3/4\)", written)
