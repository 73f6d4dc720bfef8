"""Scripts as a dataset of pydantic-evals: it plays the cases, counts and repeats them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext
from pydantic_evals.reporting import EvaluationReport

from chat_api.replay.play import Scene, play
from chat_api.replay.script import Script
from chat_api.replay.service import TargetService
from chat_api.replay.transcript import Transcript
from chat_api.replay.verdict import judge

Played = EvaluationReport[Scene, Transcript, str]


@dataclass
class AsScripted(Evaluator[Scene, Transcript, str]):
    """Each finding of the verdict as an assertion, with what differed as its reason."""

    def evaluate(
        self, ctx: EvaluatorContext[Scene, Transcript, str]
    ) -> Mapping[str, EvaluationReason]:
        """Judge one run of a conversation."""
        findings = judge(ctx.inputs.conversation, ctx.output)
        return {
            name: EvaluationReason(finding.passed, "\n".join(finding.lines))
            for name, finding in findings.items()
        }


async def evaluate(
    scripts: Mapping[str, Script], service: TargetService, *, repeat: int, jobs: int, progress: bool
) -> Played:
    """Play every conversation `repeat` times, `jobs` of them at once."""

    async def replay(scene: Scene) -> Transcript:
        return await play(scene, service)

    return await _dataset(scripts).evaluate(
        replay, repeat=repeat, max_concurrency=jobs, progress=progress
    )


def _dataset(scripts: Mapping[str, Script]) -> Dataset[Scene, Transcript, str]:
    return Dataset(
        name="scripts",
        cases=[
            Case(
                name=f"{file}: {conversation.name}",
                inputs=Scene(conversation, script.zone),
                metadata=file,
            )
            for file, script in scripts.items()
            for conversation in script.conversations
        ],
        evaluators=[AsScripted()],
    )
