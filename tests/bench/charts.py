"""The two pictures of a run: what a turn costs, and how many a second are answered."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from tests.bench.figures import Results
from tests.bench.throughput import RATE
from tests.bench.turns import COMPONENTS, CPU

_WIDTH = 760
_LEFT, _RIGHT, _TOP, _BOTTOM = 210, 70, 64, 44
_BAR, _ROW = 16, 26
_PLOT_HEIGHT = 260
_STEPS = (1, 2, 5)
_COLOURS = ("#2563eb", "#f59e0b", "#10b981", "#8b5cf6", "#ef4444", "#64748b")
_STYLE = "font-family: system-ui, sans-serif; font-size: 13px"


def cost(results: Results) -> str:
    """Draw the CPU time of a turn, a bar for each subject and case, stacked by process."""
    rows = [row for row in results.rows if row.measure == CPU and row.component]
    bars = [
        (f"{subject}, {case}", {row.component: row.value for row in group})
        for (subject, case), group in groupby(rows, key=lambda row: (row.subject, row.case))
    ]
    bars.sort(key=lambda bar: bar[0].endswith("plain"), reverse=True)
    most = max((sum(parts.values()) for _, parts in bars), default=1.0)
    height = _TOP + _ROW * len(bars) + _BOTTOM
    svg = _canvas(height, "CPU time of one turn, by process, in milliseconds")
    _legend(svg, COMPONENTS)
    scale = (_WIDTH - _LEFT - _RIGHT) / most
    for place, (name, parts) in enumerate(bars):
        y = _TOP + _ROW * place
        _text(svg, _LEFT - 8, y + 13, name, anchor="end")
        x = float(_LEFT)
        for colour, component in zip(_COLOURS, COMPONENTS, strict=False):
            width = parts.get(component, 0.0) * scale
            _add(svg, "rect", x=x, y=y, width=width, height=_BAR, fill=colour)
            x += width
        _text(svg, x + 6, y + 13, f"{sum(parts.values()):.1f}")
    _text(svg, _LEFT, height - 16, _footer(results), colour="#64748b")
    return _written(svg)


def throughput(results: Results) -> str:
    """Draw the turns a second over the number of turns at once, a line for each subject."""
    rows = [row for row in results.rows if row.measure == RATE and row.at_once]
    levels = sorted({row.at_once or 0 for row in rows})
    series = {
        f"{subject}, {case}": list(group)
        for (subject, case), group in groupby(rows, key=lambda row: (row.subject, row.case))
    }
    height = _TOP + _PLOT_HEIGHT + _BOTTOM + 20
    svg = _canvas(height, "Turns a second, over turns at once")
    _legend(svg, tuple(series))
    top = _rounded_up(max((row.value for row in rows), default=1.0))
    left, floor = 60, _TOP + _PLOT_HEIGHT
    step = (_WIDTH - left - _RIGHT) / max(1, len(levels) - 1)
    for fraction in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = floor - fraction * _PLOT_HEIGHT
        _add(svg, "line", x1=left, x2=_WIDTH - _RIGHT, y1=y, y2=y, stroke="#e2e8f0")
        _text(svg, left - 8, y + 4, f"{fraction * top:g}", anchor="end")
    for place, level in enumerate(levels):
        _text(svg, left + step * place, floor + 20, str(level), anchor="middle")
    for colour, group in zip(_COLOURS, series.values(), strict=False):
        points = [
            (left + step * levels.index(row.at_once or 0), floor - row.value / top * _PLOT_HEIGHT)
            for row in group
        ]
        _line(svg, points, colour)
    _text(svg, left, height - 16, _footer(results), colour="#64748b")
    return _written(svg)


def _line(svg: ET.Element, points: Sequence[tuple[float, float]], colour: str) -> None:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    _add(svg, "polyline", points=path, fill="none", stroke=colour, stroke_width=2)
    for x, y in points:
        _add(svg, "circle", cx=x, cy=y, r=3, fill=colour)


def _canvas(height: int, title: str) -> ET.Element:
    svg = ET.Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_WIDTH} {height}",
        width=str(_WIDTH),
        height=str(height),
        role="img",
        style=_STYLE,
    )
    ET.SubElement(svg, "title").text = title
    _add(svg, "rect", width=_WIDTH, height=height, fill="#ffffff", rx=6)
    _text(svg, 16, 24, title, weight="600")
    return svg


def _legend(svg: ET.Element, names: Iterable[str]) -> None:
    x = 16.0
    for colour, name in zip(_COLOURS, names, strict=False):
        _add(svg, "rect", x=x, y=37, width=10, height=10, fill=colour)
        _text(svg, x + 15, 46, name)
        x += 36 + 7 * len(name)


def _footer(results: Results) -> str:
    machine = f"{results.machine['processor']}, {results.machine['cores']} cores"
    return f"{results.date}, {machine}{', quick run' if results.quick else ''}"


def _rounded_up(value: float) -> float:
    """Return the next of 1, 2, 5, 10, 20, 50 and so on."""
    power = 1.0
    while True:
        for step in _STEPS:
            if step * power >= value:
                return step * power
        power *= 10


def _text(
    svg: ET.Element,
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    weight: str = "400",
    colour: str = "#0f172a",
) -> None:
    _add(svg, "text", x=x, y=y, text_anchor=anchor, font_weight=weight, fill=colour).text = text


def _add(svg: ET.Element, tag: str, **attributes: float | str) -> ET.Element:
    written = {
        name.replace("_", "-"): value if isinstance(value, str) else f"{value:g}"
        for name, value in attributes.items()
    }
    return ET.SubElement(svg, tag, written)


def _written(svg: ET.Element) -> str:
    ET.indent(svg)
    return f"{ET.tostring(svg, encoding='unicode')}\n"
