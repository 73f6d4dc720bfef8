"""The report as JUnit XML, as continuous integration reads it."""

from xml.etree import ElementTree as ET

from chat_api.client.responses import printable
from chat_api.replay.report import ConversationReport, Difference, ModelReport, Report, RunReport


def junit(report: Report) -> str:
    """Return a document with a suite for each model and script, and a case for each turn."""
    root = ET.Element("testsuites", name="todochat replay")
    for model in report.models:
        for script in dict.fromkeys(one.script for one in model.conversations):
            root.append(_suite(model, script))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(model: ModelReport, script: str) -> ET.Element:
    ours = [one for one in model.conversations if one.script == script]
    suite = ET.Element("testsuite", name=f"{printable(model.model)}: {script}")
    for conversation in ours:
        for run in conversation.runs:
            suite.extend(_cases(conversation, run))
    failures, errors = (len(suite.findall(f"testcase/{kind}")) for kind in ("failure", "error"))
    seconds = sum(float(case.get("time", 0)) for case in suite)
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    suite.set("time", f"{seconds:.3f}")
    return suite


def _cases(conversation: ConversationReport, run: RunReport) -> list[ET.Element]:
    group = f"{conversation.script}.{conversation.name}"
    if run.error is not None:
        case = ET.Element("testcase", classname=group, name="played", time="0")
        ET.SubElement(case, "error", message=printable(run.error))
        return [case]
    turns = [
        _case(group, f"{number}. {turn.heard.said}", turn.differences, turn.heard.seconds)
        for number, turn in enumerate(run.turns, 1)
    ]
    rows = [
        _case(group, name, {k: v for k, v in run.row_differences.items() if k == name}, 0)
        for name in run.rows
    ]
    return [*turns, *rows]


def _case(group: str, name: str, differences: dict[str, Difference], seconds: float) -> ET.Element:
    case = ET.Element("testcase", classname=group, name=printable(name), time=f"{seconds:.3f}")
    if differences:
        failure = ET.SubElement(
            case, "failure", message=f"not as scripted: {', '.join(differences)}"
        )
        told = [line for about, lines in differences.items() for line in (f"{about}:", *lines)]
        failure.text = printable("\n".join(told))
    return case
