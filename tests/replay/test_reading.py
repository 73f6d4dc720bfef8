"""Scripts from files: what is broken is refused by file, line and reason."""

from pathlib import Path
from textwrap import dedent

import pytest

from chat_api.replay.reading import ScriptRefused, read_scripts
from chat_api.replay.script import Script

PAGE = Path(__file__).parents[2] / "docs" / "replay.md"
GOOD = """\
    script: One
    conversations:
      - name: adds
        tasks: [Buy milk, {title: Pay rent, due_on: 2031-03-30, completed: true}]
        turns:
          - say: yes
            expect: {calls: [{tool: add_task, with: {due_on: 2031-03-30}}]}
        final: unchanged
"""


def read(folder: Path, text: str) -> Script:
    path = folder / "one.yaml"
    path.write_text(dedent(text), "utf-8")
    return read_scripts([path])["one"]


@pytest.mark.requirement("FR-REPLAY-001")
def test_a_script_says_text_where_yaml_would_read_dates_and_booleans(tmp_path: Path) -> None:
    (one,) = read(tmp_path, GOOD).conversations
    assert one.turns[0].say == "yes"
    assert one.tasks[1].due_on == "2031-03-30"
    assert one.tasks[1].completed is True
    assert one.final == "unchanged"


@pytest.mark.requirement("FR-REPLAY-001")
@pytest.mark.parametrize(
    ("wrong", "right", "parts"),
    [
        (
            "say: yes",
            "sya: yes",
            ["6: conversations.turns.say: Field required", "6: conversations"],
        ),
        ("add_task,", "ad_task,", ["7: conversations.turns.expect.calls.tool: Input should be"]),
        ("with: {", "with: {title: '{{tomorow}}', ", ["7: ", "{{tomorow}} is no placeholder"]),
        ("with: {", "with: {title: {matches: '('}, ", ["7: ", "is no regular expression"]),
        ("with: {", "with: {title: {near: x}, ", ["7: ", "takes one of any"]),
        ("with: {", "exactly: {}, with: {", ["7: ", "not both"]),
        ("calls: [{tool: add_task, with: {due_on: 2031-03-30}}]", "", ["7: ", "says nothing"]),
        (
            "final: unchanged",
            "final: [{titel: x}]",
            ["8: conversations.final.title", "titel: Extra"],
        ),
        ("final: unchanged", "zone: Mars/Base", ["8: conversations.zone: is not a time zone"]),
        ("script: One", "script: One\n    script: Two", ["2: script: is there twice"]),
        ("name: adds", "name: 'adds", [": "]),
        ("completed: true", "completed: 1", ["4: conversations.tasks.completed: "]),
    ],
)
def test_a_mistake_is_told_by_line_and_reason(
    tmp_path: Path, wrong: str, right: str, parts: list[str]
) -> None:
    assert wrong in GOOD
    with pytest.raises(ScriptRefused) as refused:
        read(tmp_path, GOOD.replace(wrong, right))
    lines = str(refused.value).splitlines()
    assert all(line.startswith(f"{tmp_path}/one.yaml:") for line in lines)
    assert [part for part in parts if part not in str(refused.value)] == []


@pytest.mark.requirement("FR-REPLAY-001")
def test_a_mistake_in_one_of_several_outcomes_is_told_once(tmp_path: Path) -> None:
    both = "expect: {any_of: [{calls: []}, {calls: [{tool: add_task, whit: {}}]}]}"
    with pytest.raises(ScriptRefused) as refused:
        read(
            tmp_path,
            GOOD.replace("expect: {calls: [{tool: add_task, with: {due_on: 2031-03-30}}]}", both),
        )
    assert str(refused.value).splitlines() == [
        f"{tmp_path}/one.yaml:7: conversations.turns.expect.any_of.calls.whit: "
        "Extra inputs are not permitted"
    ]


@pytest.mark.requirement("FR-REPLAY-001")
def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("script: 1\nconversations: []\n", "utf-8")
    with pytest.raises(ScriptRefused) as refused:
        read_scripts([tmp_path])
    assert len(str(refused.value).splitlines()) == 4


@pytest.mark.requirement("FR-REPLAY-001")
@pytest.mark.parametrize("text", ["", "[]", "just words", "a: \x01"])
def test_what_is_no_script_at_all_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(ScriptRefused, match=r"one\.yaml:1: "):
        read(tmp_path, text)


@pytest.mark.requirement("FR-REPLAY-001")
def test_the_script_on_its_page_is_one(tmp_path: Path) -> None:
    _, _, after = PAGE.read_text("utf-8").partition("```yaml\n")
    assert read(tmp_path, after.partition("```")[0]).script == "Shopping"


@pytest.mark.requirement("FR-REPLAY-001")
def test_files_that_are_not_there_or_share_a_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScriptRefused, match="can't be read"):
        read_scripts([tmp_path / "none.yaml"])
    with pytest.raises(ScriptRefused, match="no script is there"):
        read_scripts([tmp_path])
    (tmp_path / "sub").mkdir()
    for folder in (tmp_path, tmp_path / "sub"):
        (folder / "one.yaml").write_text(dedent(GOOD), "utf-8")
    with pytest.raises(ScriptRefused, match="has the same name"):
        read_scripts([tmp_path, tmp_path / "sub"])
