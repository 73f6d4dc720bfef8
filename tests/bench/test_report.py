from typing import Any
from xml.etree import ElementTree as ET

from tests.bench import charts
from tests.bench.figures import Failure, Results, Row, at_least, at_most
from tests.bench.report import FOLDER, PAGE, stored, table, with_block
from tests.bench.summary import summary
from tests.bench.throughput import RATE
from tests.bench.turns import CPU
from tests.specs.documents import read, rows


def row(**given: Any) -> Row:
    known = {"bench": "b", "subject": "ours", "case": "plain", "measure": "m", "unit": "ms"}
    return Row(**{**known, "value": 1.0, **given})


def results(*found: Row, **given: Any) -> Results:
    machine = {"processor": "Some CPU", "cores": "2", "memory": "8 GB", "system": "Linux 6"}
    return Results(
        date="2026-11-30",
        machine=machine,
        versions={"Python": "3.11"},
        quick=False,
        rows=list(found),
        **given,
    )


def test_the_page_and_the_readme_have_the_figures_of_the_stored_results() -> None:
    assert with_block(read(PAGE), table(stored())) == read(PAGE)
    assert with_block(read("README.md"), summary(stored())) == read("README.md")


def test_the_pictures_are_those_of_the_stored_results() -> None:
    assert (FOLDER / "cost.svg").read_text("utf-8") == charts.cost(stored())
    assert (FOLDER / "throughput.svg").read_text("utf-8") == charts.throughput(stored())


def test_a_line_of_the_table_has_the_goal_and_whether_it_is_met() -> None:
    text = table(results(row(value=2.345, goal=at_most(2), foreign_cores=0.04), row(value=9)))
    assert rows(text) == [
        {
            "measured": "ours, plain: m",
            "result": "2.35 ms",
            "goal": "≤ 2 ms",
            "met": "**no**",
            "foreign cores": "0.0",
        }
    ]


def test_a_plain_turn_and_one_with_a_tool_share_a_line() -> None:
    text = table(
        results(
            row(value=4, goal=at_most(5), at_once=10),
            row(value=14, goal=at_most(12), at_once=10, case="one tool"),
            row(value=700, goal=at_least(600), case="calls", unit="", note="two cores"),
        )
    )
    assert [
        (each["measured"], each["result"], each["goal"], each["met"]) for each in rows(text)
    ] == [
        ("ours, plain / one tool, 10 at once: m", "4 / 14 ms", "≤ 5 / 12 ms", "yes / **no**"),
        ("ours, calls: m", "700", "≥ 600", "yes (two cores)"),
    ]


def test_what_could_not_be_measured_is_below_the_table() -> None:
    text = table(results(failures=[Failure(bench="lists", error="TimeoutError")]))
    assert text.endswith("Not measured: lists (TimeoutError).")


def test_the_table_replaces_what_was_between_its_markers() -> None:
    block = table(results(row(goal=at_most(2))))
    once = with_block("before\n<!-- bench -->\nold\n<!-- /bench -->\nafter\n", block)
    assert once == with_block(once, block)
    assert once.startswith("before\n<!-- bench -->\nMeasured on 2026-11-30: Some CPU, 2 cores")
    assert once.endswith("\n<!-- /bench -->\nafter\n")


def test_a_sentence_whose_figures_were_not_measured_is_left_out() -> None:
    found = [
        row(measure="turns a second", at_once=200, value=163.2, subject="ours, openai"),
        row(measure="errors", at_once=200, value=0, subject="ours, openai", goal=at_most(0)),
        row(value=3, goal=at_most(2)),
    ]
    fair = row(
        measure="slowest user's median / fastest's", at_once=200, value=1.24, subject="ours, openai"
    )
    goals, *others = summary(results(*found)).splitlines()
    assert goals.startswith("- **1 of 2 goals are met**, measured on 2026-11-30 on 2 cores.")
    assert others == []
    crowd, _ = summary(results(*found, fair)).splitlines()
    assert crowd.startswith("- **200 turns at once** are answered at 163 a second, with 0 errors;")


def test_a_run_of_one_benchmark_replaces_its_figures_and_keeps_the_others() -> None:
    old = results(row(value=1, goal=at_most(2)), row(value=5, case="calls", goal=at_most(6)))
    run = results(row(value=3, goal=at_most(2)), row(value=4, case="new", goal=at_most(6)))
    updated = old.updated(run.model_copy(update={"date": "2026-12-01"}))
    assert [(each["measured"], each["result"], each["met"]) for each in rows(table(updated))] == [
        ("ours, plain: m", "3 ms", "**no** (on 2026-12-01)"),
        ("ours, calls: m", "5 ms", "yes"),
        ("ours, new: m", "4 ms", "yes (on 2026-12-01)"),
    ]


def test_bars_are_stacked_by_process_and_as_long_as_their_cost() -> None:
    drawn = ET.fromstring(
        charts.cost(
            results(
                row(measure=CPU, component="API", value=6),
                row(measure=CPU, component="Postgres", value=2),
                row(measure=CPU, component="API", value=4, subject="peer"),
            )
        )
    )
    bars = [each.attrib for each in drawn.iterfind(".//{*}rect") if each.get("height") == "16"]
    assert [float(bar["width"]) for bar in bars] == [360, 0, 120, 240, 0, 0]
    assert float(bars[2]["x"]) == float(bars[0]["x"]) + 360


def test_a_line_has_a_point_for_each_number_of_turns_at_once() -> None:
    found = [row(measure=RATE, at_once=n, value=v, unit="") for n, v in ((1, 50), (10, 100))]
    drawn = ET.fromstring(charts.throughput(results(*found)))
    line = drawn.find(".//{*}polyline")
    assert line is not None
    assert line.attrib["points"] == "60.0,194.0 690.0,64.0"
