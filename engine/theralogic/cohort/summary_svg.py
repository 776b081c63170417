"""A summary as text and as a picture: bars from nought to everybody, with the counts beside them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from xml.sax.saxutils import escape

from theralogic.cohort.summary import OUTCOMES, Share, Split, Summary
from theralogic.render.phrases import does, in_short

COLOURS = {
    "decreases strong": "#0b4f8a",
    "decreases moderate": "#3d83c0",
    "decreases weak": "#a9cbe8",
    "ambiguous": "#b7a4cf",
    "increases weak": "#f4c79b",
    "increases moderate": "#e08a3c",
    "increases strong": "#a84f06",
    "no_effect": "#d9d9d9",
}
SHOWN = 6
WIDE, BAR, LINE, LEFT, RIGHT = 760, 16, 24, 190, 150


def summary_text(found: Summary, width: int = 100) -> str:
    """The summary as lines of text."""
    lines = [
        f"Arm {found.arm}: {found.patients:,} hypothetical patients, {found.set_aside:,} rows set aside",
        "",
    ]
    for entity, outcomes in found.outcomes.items():
        lines.append(f"  {found.names[entity]}")
        lines += [f"    {in_short(o):<22} {n:>11,}  {_percent(n, found.patients):>6}" for o, n in outcomes.items()]
        for reason, n in found.reasons[entity].items():
            lines.append(f"      because {in_short(reason):<18} {n:>7,}  {_percent(n, found.patients):>6}")
    share = _percent(found.responders, found.patients)
    lines += ["", f"Responders ({found.name} {_way(found)} at least moderately): {found.responders:,} ({share})"]
    for split in found.splits[:SHOWN]:
        lines.append(f"  by {split.name} ({split.bits:g} bits)")
        for s in split.shares:
            lines.append(
                f"    {s.value:<20} {s.responders:>11,} of {s.patients:>11,}  {_percent(s.responders, s.patients):>6}"
            )
    told = [line for text in _difference(found) for line in _wrap(text, width)]
    return "\n".join([*lines, "", *told, "", found.disclaimer])


def _difference(found: Summary) -> Iterator[str]:
    if found.difference is None:
        yield "Nobody to compare: in the sample all respond, or none does."
        return
    d, names = found.difference, {split.finding: split.name for split in found.splits}
    yield f"What makes the difference: patient {d.responder} responds, patient {d.other} does not."
    yield "They differ in"
    for name, responder, other in d.facts:
        alone = "  (this alone undoes the response)" if name in d.alone else ""
        yield f"  {names[name]}: {responder} / {other}{alone}"
    if not d.alone and len(d.facts) > 1:
        yield "  no single one of these undoes the response"
    yield "On the chain of the responder"
    for name, responder, other in d.steps:
        yield f"  {name}: {in_short(responder)} / {in_short(other)}"
    yield f"The chains part at {d.parts_at}, which {d.rule} moves in the responder. {d.because}".rstrip()
    yield f"In the other: {d.instead}."


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)


def _way(found: Summary) -> str:
    """``falls``: what the entity does in those who respond."""
    return does(found.name, found.response)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


# -- picture --------------------------------------------------------------------------------------------------


def summary_svg(found: Summary) -> str:
    """The summary as SVG: outcomes of what was asked, then who responds by finding."""
    rows: list[str] = []
    y = 34
    rows.append(_text(16, y, f"Arm {found.arm}, {found.patients:,} hypothetical patients", "title"))
    y += 18
    for entity, outcomes in found.outcomes.items():
        y += LINE
        rows += [
            _text(LEFT - 10, y + 12, textwrap.shorten(found.names[entity], 30, placeholder=" …"), "end"),
            *_stacked(y, outcomes, found.patients),
        ]
    y += 34
    x = LEFT
    for outcome in [o for o in OUTCOMES if any(o in held for held in found.outcomes.values())]:
        rows.append(f'<rect x="{x}" y="{y}" width="11" height="11" fill="{_colour(outcome)}"/>')
        rows.append(_text(x + 15, y + 10, in_short(outcome), "small"))
        x += 30 + 6 * len(in_short(outcome))
        if x > WIDE - 120:
            x, y = LEFT, y + 18
    y += 44
    rows.append(
        _text(16, y, f"Responders: {found.name} {_way(found)} at least moderately, share of each group", "title")
    )
    y += 8
    overall = Share("everybody", found.patients, found.responders)
    for split in (Split("", "", 0.0, (overall,)), *found.splits[:SHOWN]):
        if split.name:
            y += LINE
            rows.append(_text(16, y + 12, split.name, "name"))
        for share in split.shares:
            y += LINE
            rows += [_text(LEFT - 10, y + 12, share.value, "end"), *_bar(y, share)]
    y += 40
    rows.append(_text(LEFT, y, "0%", "small"))
    rows.append(_text(WIDE - RIGHT, y, "100%", "small end"))
    y += 26
    rows.append(_text(16, y, found.disclaimer, "small"))
    style = (
        "text{font:12px sans-serif;fill:#222}.title{font-weight:bold;font-size:14px}.name{font-weight:bold}"
        ".small{font-size:10px;fill:#555}.end{text-anchor:end}"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {y + 16}" role="img">'
    title = f"<title>{escape(f'Outcomes in {found.patients:,} hypothetical patients, arm {found.arm}')}</title>"
    back = f'<rect width="{WIDE}" height="{y + 16}" fill="#fff"/>'
    return "\n".join([head, title, f"<style>{style}</style>", back, *rows, "</svg>"]) + "\n"


def _stacked(y: int, outcomes: dict[str, int] | object, whole: int) -> Iterator[str]:
    x = float(LEFT)
    assert isinstance(outcomes, dict)
    for outcome, n in outcomes.items():
        wide = (WIDE - LEFT - RIGHT) * n / whole
        label = f"{in_short(outcome)}: {n:,} ({_percent(n, whole)})"
        place = f'x="{x:.2f}" y="{y}" width="{wide:.2f}" height="{BAR}"'
        yield f'<rect {place} fill="{_colour(outcome)}"><title>{escape(label)}</title></rect>'
        x += wide


def _bar(y: int, share: Share) -> Iterator[str]:
    full = WIDE - LEFT - RIGHT
    wide = full * share.responders / share.patients if share.patients else 0.0
    yield f'<rect x="{LEFT}" y="{y}" width="{full}" height="{BAR}" fill="#eee"/>'
    yield f'<rect x="{LEFT}" y="{y}" width="{wide:.2f}" height="{BAR}" fill="#3d83c0"/>'
    text = f"{_percent(share.responders, share.patients)} of {share.patients:,}"
    yield _text(WIDE - RIGHT + 10, y + 12, text, "")


def _colour(outcome: str) -> str:
    return COLOURS.get(outcome) or COLOURS[outcome.split()[0]]


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" class="{kind}">{escape(text)}</text>'
