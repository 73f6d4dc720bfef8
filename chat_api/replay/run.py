"""A whole replay: every script with every model, the table and the report files."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext
from rich.console import Console

from chat_api.replay.output import show, write
from chat_api.replay.play import Scene, Transcript, play
from chat_api.replay.reading import read_scripts
from chat_api.replay.report import Evaluation, ModelReport, Report, model_report
from chat_api.replay.request import ReplayRequest, parse_model
from chat_api.replay.script import Script
from chat_api.replay.service import TargetService
from chat_api.replay.stack import service_at, temporary_stack
from chat_api.replay.verdict import judge
from chat_api.settings import ApiSettings
from chat_api.supervisor.processes import race
from chat_api.supervisor.readiness import until_program_ends
from chat_api.supervisor.signals import Stopped, StopSignals


@dataclass(frozen=True)
class Replay:
    """The scripts of a request, ready to be played against any service."""

    request: ReplayRequest
    settings: ApiSettings
    console: Console
    scripts: Mapping[str, Script]

    async def against_url(self, url: str) -> ModelReport:
        """Play all scripts against a service that runs."""
        service = service_at(self.settings, url)
        await service.check()
        return model_report(await self._evaluate(service), None)

    async def against_own_stack(self, model: str | None) -> ModelReport:
        """Play all scripts against a temporary stack with this model."""
        variables = parse_model(model).variables if model else {}
        with StopSignals() as stop:
            async with temporary_stack(self.settings, variables, stop) as stack:
                evaluation = await race(
                    self._evaluate(stack.service), until_program_ends(stack.programs, stop)
                )
        if evaluation is None:
            raise Stopped
        return model_report(evaluation, model)

    async def _evaluate(self, service: TargetService) -> Evaluation:
        return await evaluate(
            self.scripts,
            service,
            repeat=self.request.repeat,
            jobs=self.request.jobs,
            progress=self.console.is_terminal,
        )


async def run(request: ReplayRequest, settings: ApiSettings, console: Console) -> Report:
    """Play all scripts, show the results and write the reports.

    Raises:
        ScriptRefused: A script is broken.
        ClientError: The service at the URL does not answer.
        StartError: The temporary stack does not start, or a program of it ended.
        EmbeddedError: Its Postgres does not start.
        Stopped: A signal asked to stop.
        AuthError: No token can be made.
    """
    replay = Replay(request, settings, console, read_scripts(request.scripts))
    if request.url is not None:
        models = [await replay.against_url(request.url)]
    else:
        names: list[str | None] = [*request.models] or [None]
        models = [await replay.against_own_stack(name) for name in names]
    report = Report(models=models)
    show(report, console)
    for path in request.reports:
        write(report, path)
    return report


@dataclass
class AsScripted(Evaluator[Scene, Transcript, str]):
    """Makes an assertion of each finding of the verdict; its reason is what differed."""

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
) -> Evaluation:
    """Play every conversation `repeat` times, `jobs` of them at once."""

    async def play_scene(scene: Scene) -> Transcript:
        return await play(scene, service)

    return await _dataset(scripts).evaluate(
        play_scene, repeat=repeat, max_concurrency=jobs, progress=progress
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
