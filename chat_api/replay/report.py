"""The report on a replay, built from what pydantic-evals played and counted."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from pydantic_evals.evaluators import EvaluationResult
from pydantic_evals.reporting import EvaluationReport, ReportCase, ReportCaseFailure

from chat_api.replay.metrics import Metrics, Share, cost, speed
from chat_api.replay.play import Scene, Transcript, TurnRecord
from chat_api.replay.verdict import ASPECTS, ROWS, Aspect

Difference = list[str]

Evaluation = EvaluationReport[Scene, Transcript, str]
PlayedCase = ReportCase[Scene, Transcript, str]
FailedCase = ReportCaseFailure[Scene, Transcript, str]
Assertions = Mapping[str, EvaluationResult[bool]]


class TurnReport(BaseModel):
    """One turn: its record, the checks of it, and what differed in those that failed."""

    record: TurnRecord
    checks: dict[str, bool]
    differences: dict[str, Difference]

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(self.checks.values())


class RunReport(BaseModel):
    """One run of a conversation; `error` is why it could not be played."""

    turns: list[TurnReport] = []
    rows: dict[str, bool] = {}
    row_differences: dict[str, Difference] = {}
    error: str | None = None

    @property
    def verdict(self) -> Any:
        """The results of the checks, without times, ids and text."""
        if self.error is not None:
            return "error"
        return {"turns": [turn.checks for turn in self.turns], "rows": self.rows}

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        checked = [*self.rows.values(), *(turn.passed for turn in self.turns)]
        return self.error is None and all(checked)


class ConversationReport(BaseModel):
    """All runs of a conversation."""

    script: str
    name: str
    runs: list[RunReport]

    @property
    def passed(self) -> bool:
        """Whether every run passed."""
        return all(run.passed for run in self.runs)

    @property
    def verdict(self) -> dict[str, Any]:
        """The part that must be equal for the same script and the same answers."""
        return {"passed": self.passed, "steady": self.steady, "found": self.runs[0].verdict}

    @property
    def steady(self) -> bool:
        """Whether every run has the same verdict."""
        return all(run.verdict == self.runs[0].verdict for run in self.runs)


class ModelReport(BaseModel):
    """All conversations with one model."""

    model: str
    metrics: Metrics
    conversations: list[ConversationReport]

    @property
    def passed(self) -> bool:
        """Whether every conversation passed."""
        return all(conversation.passed for conversation in self.conversations)


class Report(BaseModel):
    """A replay with one model, or with several side by side."""

    models: list[ModelReport]

    @property
    def passed(self) -> bool:
        """Whether every model passed."""
        return all(model.passed for model in self.models)

    @property
    def verdict(self) -> dict[str, dict[str, Any]]:
        """The verdict by model and conversation."""
        return {
            model.model: {f"{one.script}: {one.name}": one.verdict for one in model.conversations}
            for model in self.models
        }


def model_report(evaluation: Evaluation, model: str | None) -> ModelReport:
    """Return the report on one model; without a name it has the one that the API reports."""
    conversations = list(_conversations([*evaluation.cases, *evaluation.failures]))
    runs = [run for conversation in conversations for run in conversation.runs]
    records = [turn.record for run in runs for turn in run.turns]
    name = model or next((record.model for record in records if record.model), "unknown")
    return ModelReport(model=name, metrics=_metrics(runs), conversations=conversations)


def _conversations(cases: Sequence[PlayedCase | FailedCase]) -> Iterable[ConversationReport]:
    places = {_key(case): place for place, case in reversed(list(enumerate(cases)))}
    for (script, name), runs in groupby(sorted(cases, key=lambda one: places[_key(one)]), _key):
        yield ConversationReport(script=script, name=name, runs=[_run(case) for case in runs])


def _key(case: PlayedCase | FailedCase) -> tuple[str, str]:
    return case.metadata or "", case.inputs.conversation.name


def _run(case: PlayedCase | FailedCase) -> RunReport:
    if isinstance(case, ReportCaseFailure):
        return RunReport(error=case.error_message)
    if case.evaluator_failures:
        return RunReport(error=case.evaluator_failures[0].error_message)
    checks, differences = _select(case.assertions, {name: name for name in ROWS})
    turns = [
        _turn(number, record, case.assertions) for number, record in enumerate(case.output.turns, 1)
    ]
    return RunReport(turns=turns, rows=checks, row_differences=differences)


def _turn(number: int, record: TurnRecord, assertions: Assertions) -> TurnReport:
    names = {str(Aspect(number, aspect)): aspect for aspect in ASPECTS}
    checks, differences = _select(assertions, names)
    return TurnReport(record=record, checks=checks, differences=differences)


def _select(
    assertions: Assertions, names: Mapping[str, str]
) -> tuple[dict[str, bool], dict[str, Difference]]:
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
    records = [turn.record for turn in turns]

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
            **speed(records),
            **cost(records, [run.turns[0].record for run in runs if run.turns]),
        }
    )
