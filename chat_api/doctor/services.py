"""Checks of keys, issuers and the MCP server."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx2

from auth.download import download, fetching_client
from auth.errors import AuthError
from auth.issuers import ASYMMETRIC_ALGORITHMS
from auth.keyset import key_set_from_json
from auth.minting import TokenMinter
from auth.sources import RemoteKeys
from chat_api.agent.failures import ToolServiceUnavailable
from chat_api.agent.mcp_client import McpClient
from chat_api.doctor.finding import Finding, error, ok, skipped, warning
from chat_api.settings import ApiSettings
from chat_api.tokens import login_ring, signing_ring, web_ring
from chat_api.worker.web_push import WebPushSender

_USER = "todochat-doctor"
_OTHERS = 0o077
_REFUSED = frozenset({401, 403})
# What makes each key usable, and the variables that take the place of the stored ones.
_KEYS: Mapping[str, tuple[Callable[[ApiSettings], object], tuple[str, ...]]] = {
    "key of login tokens": (
        lambda settings: login_ring(settings).signing(),
        ("login_secret", "better_auth_secret"),
    ),
    "key for the MCP server": (
        lambda settings: signing_ring(settings).signing(),
        ("api_signing_key",),
    ),
    "key of sessions": (lambda settings: web_ring(settings).signing(), ("better_auth_secret",)),
    "key of Web Push": (WebPushSender.of, ("vapid_private_key",)),
}


def check_keys(settings: ApiSettings, *, embedded: bool = False) -> list[Finding]:
    """Check that each key can be used, and that nobody else can read those that are stored.

    Over the embedded database all services are on this machine, and share them.
    """
    folder = settings.data_dir / "keys"
    findings = [_check_key(settings, folder, check, embedded) for check in _KEYS]
    if exposed := _exposed(folder):
        message = f"Others on this machine can read {', '.join(exposed)} in {folder}."
        advice = "Run `todochat keys rotate`, and take the right to read from others (chmod go=)."
        findings.append(error("key files", message, advice))
    return findings


def _check_key(settings: ApiSettings, folder: Path, check: str, embedded: bool) -> Finding:
    use, variables = _KEYS[check]
    variable = next((one.upper() for one in variables if getattr(settings, one)), None)
    if variable is None and not folder.is_dir():
        return skipped(check, "It is made and stored when the services start.")
    try:
        use(settings)
    except (AuthError, OSError) as problem:
        name = variable or f"the file in {folder}"
        return error(check, str(problem), f"Correct {name}; docs/running-for-others.md makes one.")
    if variable:
        return ok(check, f"{variable} is usable.")
    others = "" if embedded else "; replicas on other machines need it in a setting"
    return ok(check, f"It is stored in {folder}{others}.")


def _exposed(folder: Path) -> list[str]:
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return [file.name for file in files if file.stat().st_mode & _OTHERS]


async def check_mcp(settings: ApiSettings) -> Finding:
    """Ask the MCP server for its tools, with a token such as the API mints."""
    url = settings.mcp_resource
    tools = McpClient(url)
    try:
        minter = TokenMinter(signing_ring(settings), settings.issuer)
        token = minter.mint(_USER, audience=url, scopes=["tasks:read"])
        names = [tool.name for tool in await tools.fetch_tools(token)]
    except AuthError as problem:
        return skipped("MCP server", f"No token can be made for it: {problem}")
    except ToolServiceUnavailable as problem:
        return _mcp_problem(settings, problem.status)
    finally:
        await tools.aclose()
    return ok("MCP server", f"{url} takes the API's tokens and has {len(names)} tools.")


def _mcp_problem(settings: ApiSettings, status: int | None) -> Finding:
    """Return what it means that the MCP server answered with this status, or not at all."""
    if status in _REFUSED:
        message = f"{settings.mcp_resource} refuses the API's tokens."
        advice = (
            "Give both services the same MCP_URL and API_ISSUER, and the MCP server an "
            "API_JWKS_URL at which it reaches the API's keys; synchronise the clocks."
        )
        return error("MCP server", message, advice)
    message = f"{settings.mcp_resource} does not answer."
    if settings.mcp_url is None:
        return warning(
            "MCP server", message, "Start everything with `todochat up`, or `todochat mcp`."
        )
    return error("MCP server", message, "Start `todochat mcp`, or correct MCP_URL.")


def issuers(settings: ApiSettings, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses of issuers' keys by the variables that name them."""
    found = {"AUTH_JWKS_URL": settings.auth_jwks_url, "WEB_JWKS_URL": settings.web_jwks_url}
    issuer = environment.get("OAUTH_ISSUER")
    if keys := environment.get("OAUTH_JWKS_URL"):
        found["OAUTH_JWKS_URL"] = keys
    elif issuer:
        found["OAUTH_ISSUER"] = f"{issuer.rstrip('/')}/jwks"
    return {variable: url for variable, url in found.items() if url}


async def check_issuers(settings: ApiSettings, environment: Mapping[str, str]) -> list[Finding]:
    """Check that the keys of every issuer can be fetched."""
    named = issuers(settings, environment)
    if not named:
        return [skipped("issuers", "Only tokens that are signed here are accepted.")]
    async with fetching_client() as client:
        return await asyncio.gather(
            *(_check_issuer(client, variable, url) for variable, url in named.items())
        )


async def _check_issuer(client: httpx2.AsyncClient, variable: str, url: str) -> Finding:
    check, advice = f"issuer {variable}", f"Correct {variable}, or start what answers there."
    try:
        RemoteKeys(url)
        body = await download(client, url)
        keys = key_set_from_json(body, ASYMMETRIC_ALGORITHMS)
    except AuthError as problem:
        return error(check, str(problem), f"Correct {variable}.")
    except (httpx2.HTTPError, TimeoutError, ValueError) as problem:
        reason = str(problem) or type(problem).__name__
        return error(check, f"Its keys can't be fetched: {reason}.", advice)
    if not len(keys):
        return error(check, "It publishes no key of EdDSA, ES256 or RS256.", advice)
    return ok(check, f"It publishes {len(keys)} usable keys.")
