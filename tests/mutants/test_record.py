from pathlib import Path

from tests.mutants.record import Record


def test_only_files_that_have_changed_are_run_again(tmp_path: Path) -> None:
    one, other = tmp_path / "test_one.py", tmp_path / "test_other.py"
    for file in (one, other):
        file.write_text("...")
    record = Record()
    assert record.missing([one, other], ["f"]) == [one, other]
    record.add([one, other], {"f": {f"{one}::test_a", f"{other}::test_b"}})
    record.seconds = {f"{one}::test_a": 0.5}
    record.save(tmp_path / "record.json")

    one.write_text("another text")
    again = Record.load(tmp_path / "record.json")
    assert again.missing([one, other], ["f"]) == [one]
    again.forget([one])
    assert (again.functions, again.seconds) == ({"f": [f"{other}::test_b"]}, {})


def test_any_test_may_call_a_new_function(tmp_path: Path) -> None:
    file = tmp_path / "test_one.py"
    file.write_text("...")
    record = Record()
    record.add([file], {"f": {f"{file}::test_a"}})
    assert record.missing([file], ["f"]) == []
    assert record.missing([file], ["f", "g"]) == [file]
