"""The web app among the services, as the supervisor sees it."""

import asyncio
import io
import os
import signal
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from auth.keys import stored_secret
from chat_api.settings import ApiSettings
from chat_api.supervisor.processes import environment
from chat_api.supervisor.services import services
from chat_api.supervisor.web_app import (
    WebAppSettings,
    issuer_variables,
    web_app,
    web_environment,
)
from chat_api.supervisor.web_process import START_SCRIPT, find_node
from chat_api.supervisor.welcome import welcome
from mcp_server.settings import McpSettings
from tests.processes import free_port

pytestmark = pytest.mark.requirement("FR-WEB-031")

SECRET = "a secret of more than thirty-two characters"


def settings(**given: object) -> ApiSettings:
    return ApiSettings.model_validate({"better_auth_secret": SECRET, **given})


def welcome_text(console: Console, *, with_web_app: bool, folder: Path) -> str:
    all_services = services(settings())
    if with_web_app:
        all_services = (*all_services, web_app(WebAppSettings(better_auth_secret=SECRET)))
    welcome(console, settings(), all_services, folder)
    return console.export_text()


@pytest.fixture
def screen() -> Console:
    return Console(file=io.StringIO(), width=200, record=True)


def test_the_first_thing_said_is_where_to_sign_up(screen: Console, tmp_path: Path) -> None:
    text = welcome_text(screen, with_web_app=True, folder=tmp_path)
    assert "Open http://localhost:3000 and sign up." in text
    assert f"{tmp_path}/logs/web.log" in text


def test_without_a_build_it_is_said_how_to_get_one(screen: Console, tmp_path: Path) -> None:
    text = welcome_text(screen, with_web_app=False, folder=tmp_path)
    assert "The web app is not built: `make run` builds it." in text


def test_the_services_believe_the_tokens_that_the_web_app_signs() -> None:
    given = {
        name.lower(): value for name, value in issuer_variables(settings(web_port=3333)).items()
    }
    api, mcp = settings(**given), McpSettings.model_validate(given)
    web_variables = web_environment(WebAppSettings(better_auth_secret=SECRET, web_port=3333))
    assert api.web_jwks_url == mcp.oauth_keys_url == "http://127.0.0.1:3333/api/auth/jwks"
    assert api.web_address == web_variables["WEB_URL"] == "http://localhost:3333"
    assert mcp.oauth_issuer == f"{web_variables['WEB_URL']}/api/auth"
    assert web_variables["API_ISSUER"] == api.issuer
    assert web_variables["MCP_URL"] == mcp.resource
    assert web_variables["BETTER_AUTH_SECRET"] == SECRET


def test_what_an_operator_sets_goes_before_what_the_supervisor_would(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OAUTH_ISSUER", "https://login.example")
    variables = environment(tmp_path, issuer_variables(settings()))
    assert variables["OAUTH_ISSUER"] == "https://login.example"
    assert variables["WEB_URL"] == "http://localhost:3000"


def test_the_secret_is_the_kept_one_if_none_is_given(tmp_path: Path) -> None:
    given = web_environment(WebAppSettings(TODOCHAT_DATA_DIR=tmp_path))
    stored = stored_secret(tmp_path / "keys" / "better_auth_secret")
    assert given["BETTER_AUTH_SECRET"] == stored


@pytest.mark.requirement("FR-WEB-032")
async def test_the_web_app_ends_with_the_pipe_of_its_supervisor() -> None:
    watched, ours = os.pipe()
    started = await _started(TODOCHAT_SUPERVISOR_PIPE=str(watched), keep=watched)
    os.close(watched)
    assert started.stdout
    await started.stdout.readline()
    os.close(ours)
    assert await asyncio.wait_for(started.wait(), 20) in {0, 1, 143, -signal.SIGTERM}


@pytest.mark.requirement("FR-WEB-032")
async def test_why_it_does_not_start_is_one_line() -> None:
    nowhere = "postgresql://127.0.0.1:9/none"
    started = await _started(DATABASE_URL=nowhere, BETTER_AUTH_SECRET=SECRET)
    output, _ = await asyncio.wait_for(started.communicate(), 30)
    assert started.returncode == 1
    assert "The web app can't start: connect ECONNREFUSED 127.0.0.1:9" in output.decode()


async def _started(keep: int | None = None, **variables: str) -> asyncio.subprocess.Process:
    node = find_node()
    assert node
    return await asyncio.create_subprocess_exec(
        node,
        str(START_SCRIPT),
        env={**os.environ, "WEB_PORT": str(free_port()), **variables},
        pass_fds=() if keep is None else (keep,),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
