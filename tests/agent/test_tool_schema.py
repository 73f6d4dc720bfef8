"""The tools as a model is shown them."""

import json
from pathlib import Path

import pytest
from mcp_types import Tool

from chat_api.agent.function_tools import for_model

CONTRACT = Path(__file__).parents[2] / "specs" / "contracts" / "mcp-tools.json"

pytestmark = pytest.mark.requirement("FR-CHAT-018")


def shown() -> dict[str, Tool]:
    listed = json.loads(CONTRACT.read_text("utf-8"))["tools"]
    return {tool["name"]: for_model(Tool.model_validate(tool)) for tool in listed}


def test_arguments_that_are_not_a_models_to_give_are_not_shown() -> None:
    tools = shown()
    assert list(tools["add_task"].input_schema["properties"]) == [
        "title", "description", "due_on", "due_time", "repeat", "reminders", "priority", "tags",
        "list",
    ]  # fmt: skip
    assert "cursor" not in tools["list_tasks"].input_schema["properties"]


def test_bounds_are_left_to_the_server_and_meanings_stay() -> None:
    tools = shown()
    assert tools["complete_task"].input_schema == {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "task_id": {
                "anyOf": [{"type": "integer"}, {"type": "string"}],
                "description": "Number, or words of the title",
            }
        },
        "required": ["task_id"],
    }
    assert tools["add_task"].input_schema["properties"]["priority"]["enum"]


def test_an_argument_may_be_called_what_a_bound_is_called() -> None:
    schema = {"type": "object", "properties": {"default": {"type": "string", "default": "x"}}}
    tool = for_model(Tool(name="any", input_schema=schema))
    assert tool.input_schema["properties"] == {"default": {"type": "string"}}
