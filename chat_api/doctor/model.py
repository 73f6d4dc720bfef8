"""Checks of the model: whether it is there, for how long, and whether it calls tools."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
from agents import Agent, RunConfig, Runner, function_tool
from agents.exceptions import AgentsException

from chat_api.agent.failures import failure_of
from chat_api.agent.models import ConfigurationError, base_url, build_model
from chat_api.doctor.finding import Finding, error, ok, skipped, warning
from chat_api.settings import ApiSettings

_LIST_SECONDS = 5
_CALL_SECONDS = 20
_SOON = timedelta(days=30)
_WORD = "blue"
_REQUEST = f"Call the tool `note` with the word {_WORD}. Do nothing else."


async def check_model(settings: ApiSettings) -> list[Finding]:
    """Look the model up in the list of its vendor, and let it call a tool."""
    if settings.provider == "offline":
        return [ok("model", "The built-in assistant answers; no model is set.")]
    try:
        listed = await _listed(settings)
    except ConfigurationError as problem:
        return [error("model", f"{problem}.", "Correct OPENAI_API_KEY or OPENAI_BASE_URL.")]
    if listed.status == "error":
        return [listed, skipped("tool calls", "The model is not there.")]
    return [listed, await _tool_call(settings)]


async def _listed(settings: ApiSettings) -> Finding:
    """Ask the API for its models.

    Raises:
        ConfigurationError: The settings name no usable API.
    """
    address = f"{base_url(settings).rstrip('/')}/models"
    key = settings.openai_api_key
    headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key else {}
    try:
        async with httpx2.AsyncClient(timeout=_LIST_SECONDS) as client:
            answer = await client.get(address, headers=headers)
        found = answer.json() if answer.is_success else None
    except (httpx2.HTTPError, ValueError) as problem:
        message = f"{address} can't be read ({type(problem).__name__})."
        return error("model", message, "Start the model's server, or correct OPENAI_BASE_URL.")
    return listing_finding(settings.chat_model, answer.status_code, found, datetime.now(UTC).date())


def listing_finding(
    model: str, status: int, listing: Mapping[str, Any] | None, today: date
) -> Finding:
    """Return what a list of models says of one; `shutdown_date` is that of OpenAI's."""
    if status in {401, 403}:
        return error("model", f"The API refuses the key ({status}).", "Correct OPENAI_API_KEY.")
    if listing is None or not isinstance(listing.get("data"), list):
        return skipped("model", f"The API lists no models ({status}).")
    known = {one["id"]: one for one in listing["data"] if isinstance(one, dict) and "id" in one}
    if model not in known:
        message = f"The API does not list {model}."
        return error("model", message, f"Set CHAT_MODEL to one that it has: {_some(known)}.")
    return _lifetime_finding(model, _date(known[model].get("shutdown_date")), today)


def _lifetime_finding(model: str, end: date | None, today: date) -> Finding:
    if end is None:
        return ok("model", f"{model} is there.")
    advice = "Set CHAT_MODEL to its successor."
    if end <= today:
        return error("model", f"{model} was shut down on {end}.", advice)
    if end - today <= _SOON:
        return warning("model", f"{model} is shut down on {end}.", advice)
    return ok("model", f"{model} is there until {end}.")


def _some(known: Mapping[str, object]) -> str:
    return ", ".join(sorted(known)[:5]) or "it has none"


def _date(value: object) -> date | None:
    """Read a day, as ISO text or as seconds since 1970."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC).date()
        return date.fromisoformat(str(value)[:10]) if value else None
    except (ValueError, OverflowError):
        return None


async def _tool_call(settings: ApiSettings) -> Finding:
    """Let the model call a tool, on the same path as a turn does."""
    words: list[str] = []

    @function_tool
    async def note(word: str) -> str:
        """Note a word."""
        words.append(word)
        return "Noted."

    model = build_model(settings.model_copy(update={"model_timeout": _CALL_SECONDS}))
    agent = Agent(name="doctor", model=model.model, model_settings=model.settings, tools=[note])
    try:
        config = RunConfig(tracing_disabled=True, tool_not_found_behavior="return_error_to_model")
        run = Runner.run_streamed(agent, _REQUEST, max_turns=2, run_config=config)
        async for _ in run.stream_events():
            pass
    except AgentsException:
        pass
    except Exception as problem:
        message = f"It does not answer: {failure_of(problem).message}"
        return error("tool calls", message, "Try again; else choose another CHAT_MODEL.")
    finally:
        await model.aclose()
    if not words:
        message = f"{settings.chat_model} was to call a tool, and did not."
        return error("tool calls", message, "Choose a CHAT_MODEL that calls tools.")
    return ok("tool calls", f"{settings.chat_model} calls tools.")
