"""From what pydantic-evals played and counted to our report."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from pydantic_evals.evaluators import EvaluationResult
from pydantic_evals.reporting import ReportCase, ReportCaseFailure

from chat_api.replay.evaluation import Played
from chat_api.replay.metrics import Metrics, Share, cost, speed
from chat_api.replay.play import Scene
from chat_api.replay.report import (
    ConversationReport,
    ModelReport,
    RunReport,
    TurnReport,
)
from chat_api.replay.transcript import Transcript, TurnRecord
from chat_api.replay.verdict import ASPECTS, ROWS, Aspect

Case = ReportCase[Scene, Transcript, str]
Failure = ReportCaseFailure[Scene, Transcript, str]
Assertions = Mapping[str, EvaluationResult[bool]]


def model_report(played: Played, model: str | None) -> ModelReport:
    """Return the report on one model, by the name it was asked for or else gives itself."""
    conversations = list(_conversations([*played.cases, *played.failures]))
    runs = [run for conversation in conversations for run in conversation.runs]
    heard = [turn.heard for run in runs for turn in run.turns]
    name = model or next((turn.model for turn in heard if turn.model), "unknown")
    return ModelReport(model=name, metrics=_metrics(runs), conversations=conversations)


def _conversations(cases: Sequence[Case | Failure]) -> Iterable[ConversationReport]:
    places = {_key(case): place for place, case in reversed(list(enumerate(cases)))}
    for (script, name), runs in groupby(sorted(cases, key=lambda one: places[_key(one)]), _key):
        yield ConversationReport(script=script, name=name, runs=[_run(case) for case in runs])


def _key(case: Case | Failure) -> tuple[str, str]:
    return case.metadata or "", case.inputs.conversation.name


def _run(case: Case | Failure) -> RunReport:
    if isinstance(case, ReportCaseFailure):
        return RunReport(error=case.error_message)
    if case.evaluator_failures:
        return RunReport(error=case.evaluator_failures[0].error_message)
    names = {name: name for name in ROWS}
    checks, differences = _picked(case.assertions, names)
    turns = [
        _turn(number, said, case.assertions) for number, said in enumerate(case.output.turns, 1)
    ]
    return RunReport(turns=turns, rows=checks, row_differences=differences)


def _turn(number: int, heard: TurnRecord, assertions: Assertions) -> TurnReport:
    names = {str(Aspect(number, aspect)): aspect for aspect in ASPECTS}
    checks, differences = _picked(assertions, names)
    return TurnReport(heard=heard, checks=checks, differences=differences)


def _picked(
    assertions: Assertions, names: Mapping[str, str]
) -> tuple[dict[str, bool], dict[str, list[str]]]:
    """Return the checks of these names, and what differed in those that failed."""
    found = {short: assertions[name] for name, short in names.items() if name in assertions}
    checks = {short: result.value for short, result in found.items()}
    differences = {
        short: (result.reason or "").splitlines()
        for short, result in found.items()
        if not result.value
    }
    return checks, differences


def _metrics(runs: Sequence[RunReport]) -> Metrics:
    turns = [turn for run in runs for turn in run.turns]
    heard = [turn.heard for turn in turns]

    def share(aspect: str) -> Share:
        return Share.count(turn.checks[aspect] for turn in turns if aspect in turn.checks)

    claims = share("claims")
    return Metrics.model_validate(
        {
            "turns": Share.count(turn.passed for turn in turns),
            "conversations": Share.count(run.passed for run in runs),
            "tools": share("tools"),
            "arguments": share("arguments"),
            "final_state": Share.count(passed for run in runs for passed in run.rows.values()),
            "unsupported_claims": claims.of - claims.right,
            **speed(heard),
            **cost(heard, [run.turns[0].heard for run in runs if run.turns]),
        }
    )
