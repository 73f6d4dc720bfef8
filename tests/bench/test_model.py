from tests.bench.model import TEXT, answer_to, pace_of
from tests.model_server.script import Prompt


def test_the_answer_has_forty_tokens() -> None:
    assert len(TEXT.split()) == 40
    assert answer_to(Prompt("hello there", 0, 1)).text == TEXT


def test_a_tool_is_called_once() -> None:
    called = answer_to(Prompt("add oat milk", 0, 1)).calls
    assert [each.name for each in called] == ["add_task"]
    assert answer_to(Prompt("add oat milk", 1, 3)).text == TEXT


def test_a_message_sets_the_pace() -> None:
    paced = Prompt("[paced 200 60] hello there", 0, 1)
    assert pace_of(paced) == (0.2, 0.06)
    assert pace_of(Prompt("hello there", 0, 1)) == (0, 0)
    assert answer_to(paced).text == TEXT
