"""What a replay came to, as the reports tell it."""

from typing import Any

from pydantic import BaseModel

from chat_api.replay.metrics import Metrics
from chat_api.replay.transcript import TurnRecord

Difference = list[str]


class TurnReport(BaseModel):
    """One turn: what was heard, what was checked, and what differed."""

    heard: TurnRecord
    checks: dict[str, bool]
    differences: dict[str, Difference]

    @property
    def passed(self) -> bool:
        """Whether all was as scripted."""
        return all(self.checks.values())


class RunReport(BaseModel):
    """One run of a conversation; `error` says why it could not be played."""

    turns: list[TurnReport] = []
    rows: dict[str, bool] = {}
    row_differences: dict[str, Difference] = {}
    error: str | None = None

    @property
    def verdict(self) -> Any:
        """What was found, without times, ids and words."""
        if self.error is not None:
            return "error"
        return {"turns": [turn.checks for turn in self.turns], "rows": self.rows}

    @property
    def passed(self) -> bool:
        """Whether all was as scripted."""
        checked = [*self.rows.values(), *(turn.passed for turn in self.turns)]
        return self.error is None and all(checked)


class ConversationReport(BaseModel):
    """All runs of a conversation."""

    script: str
    name: str
    runs: list[RunReport]

    @property
    def passed(self) -> bool:
        """Whether every run was as scripted."""
        return all(run.passed for run in self.runs)

    @property
    def verdict(self) -> dict[str, Any]:
        """What must be the same for the same script and model."""
        return {"passed": self.passed, "steady": self.steady, "found": self.runs[0].verdict}

    @property
    def steady(self) -> bool:
        """Whether every run has the same verdict."""
        return all(run.verdict == self.runs[0].verdict for run in self.runs)


class ModelReport(BaseModel):
    """What one model did with all scripts."""

    model: str
    metrics: Metrics
    conversations: list[ConversationReport]

    @property
    def passed(self) -> bool:
        """Whether every conversation was as scripted."""
        return all(conversation.passed for conversation in self.conversations)

    @property
    def runs(self) -> list[RunReport]:
        """All runs of all conversations."""
        return [run for conversation in self.conversations for run in conversation.runs]


class Report(BaseModel):
    """A replay with one model, or the matrix of several."""

    models: list[ModelReport]

    @property
    def passed(self) -> bool:
        """Whether every model did all as scripted."""
        return all(model.passed for model in self.models)

    @property
    def verdict(self) -> dict[str, dict[str, Any]]:
        """By model and conversation, whether it passed and what was found in its first run."""
        return {
            model.model: {f"{one.script}: {one.name}": one.verdict for one in model.conversations}
            for model in self.models
        }
