"""What every page is sent with, and where it sends people."""

import re

import httpx2
import pytest


@pytest.mark.requirement("FR-WEB-020")
async def test_every_page_has_a_policy_with_a_nonce_of_its_own(ada: httpx2.AsyncClient) -> None:
    nonces = []
    for path in ("/settings", "/settings", "/no/such/page"):
        page = await ada.get(path)
        policy = page.headers["content-security-policy"]
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", policy))
        nonces.append(nonce)
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
        assert "unsafe" not in policy
        assert "https:" not in policy
    assert len(set(nonces)) == len(nonces)


@pytest.mark.requirement("FR-WEB-020")
@pytest.mark.parametrize("path", ["/login", "/healthz", "/bff/me/tasks"])
async def test_every_answer_has_the_security_headers(
    visitor: httpx2.AsyncClient, path: str
) -> None:
    headers = (await visitor.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "x-powered-by" not in headers


@pytest.mark.requirement("FR-WEB-021")
@pytest.mark.parametrize(
    ("cookie", "shown"), [("dark", "dark"), ("light", "light"), ('"><script>', "system")]
)
async def test_the_chosen_theme_is_in_the_page_from_the_start(
    visitor: httpx2.AsyncClient, cookie: str, shown: str
) -> None:
    page = await visitor.get("/login", headers={"Cookie": f"theme={cookie}"})
    assert f'data-theme="{shown}"' in page.text


@pytest.mark.requirement("FR-WEB-022")
@pytest.mark.parametrize("path", ["/chat", "/tasks?q=milk", "/settings"])
async def test_who_is_signed_out_is_sent_to_the_login_page_and_back_later(
    visitor: httpx2.AsyncClient, path: str
) -> None:
    answer = await visitor.get(path)
    assert answer.status_code == 307
    assert httpx2.URL(answer.headers["location"]).path == "/login"
    assert httpx2.URL(answer.headers["location"]).params["next"] == path


@pytest.mark.requirement("FR-WEB-022")
async def test_who_is_signed_in_has_no_use_for_the_login_page(ada: httpx2.AsyncClient) -> None:
    for path in ("/", "/login", "/signup"):
        assert (await ada.get(path)).headers["location"] == "/chat"


@pytest.mark.requirement("FR-WEB-022")
async def test_a_page_that_is_not_there_says_where_to_go(visitor: httpx2.AsyncClient) -> None:
    page = await visitor.get("/no/such/page")
    assert page.status_code == 404
    assert "There is no such page" in page.text


@pytest.mark.requirement("FR-WEB-127")
@pytest.mark.parametrize(("choice", "shown"), [("none", True), ("dismissed", False)])
async def test_the_chat_says_from_the_start_that_the_built_in_assistant_answers(
    ada: httpx2.AsyncClient, choice: str, shown: bool
) -> None:
    ada.cookies.set("assistant-note", choice)
    page = await ada.get("/chat")
    assert ("The built-in assistant answers here," in page.text) is shown
