import pytest

from tests.bench.components import REST, component_of, shares

_ROOT = "<module> (chat_api/__main__.py:14);main (chat_api/server.py:78);run (uvicorn/server.py:86)"


@pytest.mark.parametrize(
    ("frames", "component"),
    [
        ("run (asyncio/runners.py:118)", REST),
        ("send (uvicorn/protocols/http/h11_impl.py:500)", "web layer: uvicorn, starlette, FastAPI"),
        ("run (agents/run.py:1);deepcopy (copy.py:9)", "the Agents SDK's runner"),
        (
            "run (agents/run.py:1);stream (chat_api/agent/openai_model.py:2);read (asyncio/q.py:3)",
            "our model client",
        ),
        (
            "turn (chat_api/turns/service.py:1);open (db/turns.py:2);do (sqlalchemy/engine.py:3)",
            "database: SQLAlchemy, asyncpg",
        ),
        ("get (starlette/app.py:1);verify (auth/tokens.py:2)", "verifying and minting tokens"),
    ],
)
def test_a_sample_belongs_to_the_innermost_component(frames: str, component: str) -> None:
    assert component_of(f"{_ROOT};{frames}") == component


def test_shares_are_of_all_samples_and_the_largest_comes_first() -> None:
    lines = ["a (agents/run.py:1) 1", "b (db/turns.py:2) 2", "c (db/turns.py:3) 1"]
    assert list(shares(lines).items()) == [
        ("database: SQLAlchemy, asyncpg", 0.75),
        ("the Agents SDK's runner", 0.25),
    ]
