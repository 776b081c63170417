"""Obstacles, comparisons and timelines as text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from theralogic.model.records import KnowledgeBase
from theralogic.model.result import Answer, Result
from theralogic.render.phrases import CERTAIN, HOW, MOVES, listed, sentence
from theralogic.render.reasons import Namer, reason_text, way_out_text
from theralogic.render.text import fitted, headed
from theralogic.results.compare import ComparisonRow, answering
from theralogic.results.why_not import WhyNot


def verdict(answer: Answer) -> str:
    """An answer in two or three words."""
    if answer.direction == "no_effect":
        return f"no effect [{answer.reason.kind if answer.reason else None}]"
    if answer.direction == "ambiguous":
        return "undecided"
    return f"{MOVES[answer.direction]} {HOW[answer.strength or 'weak']}"


def whynot_text(found: WhyNot, name: Namer, title: str, disclaimer: str, width: int) -> str:
    """What stops an effect and what would let it through."""
    answer = found.answer
    lines = [*headed(title, width), ""]
    if answer.direction != "no_effect":
        certainty = CERTAIN[answer.certainty or "given"]
        says = f"{answer.name} does change: it {verdict(answer)} ({certainty}). See `theralogic explain`."
        lines += _wrap(says, width, "", "  ")
    else:
        lines.append(f"Why does {answer.name} not change?")
        for number, obstacle in enumerate(found.obstacles, 1):
            reason = obstacle.reason
            rule = f" [{reason.kind}{'; ' + reason.rule if reason.rule not in ('', 'given') else ''}]"
            lines += _wrap(sentence(reason_text(name, reason)) + rule, width, f"{number}. ".rjust(6), " " * 6)
            for way in obstacle.ways_out:
                text = f"It would get through {way_out_text(name, way)}: {answer.name} {verdict(way.then)}."
                lines += _wrap(text, width, " " * 8, " " * 10)
        if found.more:
            lines.append(f"      {found.more} more places further away")
    return "\n".join([*lines, "", disclaimer])


def comparison_text(
    rows: Sequence[ComparisonRow], left: Result, right: Result, titles: tuple[str, str], kb: KnowledgeBase, width: int
) -> str:
    """Two results side by side, with the first step at which they part."""
    table = [("", *titles)]
    table += [(row.name, verdict(row.left), verdict(row.right)) for row in rows]
    lines = fitted(table, width, fold=True)
    untreated = [title for title, r in zip(titles, (left, right), strict=True) if "treated" not in r.worlds]
    if len(untreated) == 1:
        text = (
            f"Nothing is given under `{untreated[0]}`: that column is the disease against health, "
            "the other the treated patient against the untreated one."
        )
        lines += ["", *_wrap(text, width, "  ", "  ")]
    parted = [row for row in rows if row.parts_at and verdict(row.left) != verdict(row.right)]
    if parted:
        lines += ["", "Where they part"]
        moves = [
            {c.entity: f"{MOVES[c.direction]} {HOW[c.strength]}" for c in answering(r).changes} for r in (left, right)
        ]
        for row in parted:
            step = row.parts_at or ""
            name = kb.entities[step].name
            one, two = (m.get(step, "does not change") for m in moves)
            text = f"{row.name}: at {name} ({titles[0]}: {one}; {titles[1]}: {two})"
            lines += _wrap(sentence(text), width, "  ", "      ")
    return "\n".join([*lines, "", left.disclaimer])


def timeline_text(times: Mapping[str, Result], title: str, width: int) -> str:
    """What each asked entity does by minutes, hours, days and weeks; a sentence for each where a table is too wide."""
    results = list(times.values())
    table = [("", *(f"by {time}" for time in times))]
    for index, answer in enumerate(results[-1].answers):
        table.append((answer.name, *(_short(result.answers[index]) for result in results)))
    body = fitted(table, width, fold=True)
    if any(len(line) > width for line in body):
        body = [
            line for name, *cells in table[1:] for line in _wrap(_over_time(name, cells, times), width, "  ", "      ")
        ]
    lines = [*headed(title, width), "", *body]
    changing = [
        a.name
        for i, a in enumerate(results[-1].answers)
        if len({r.answers[i].direction for r in results} - {"no_effect"}) > 1
    ]
    if changing:
        lines += ["", *_wrap(f"Early and late differ for {', '.join(changing)}.", width, "  ", "  ")]
    return "\n".join([*lines, "", results[0].disclaimer])


def _over_time(name: str, cells: Sequence[str], times: Iterable[str]) -> str:
    """A row of a timeline as a phrase; what does not change yet is left out.

    >>> _over_time("IL-10", ["-", "falls a bit", "falls", "falls"], ["minutes", "hours", "days", "weeks"])
    'IL-10: falls a bit by hours, falls by days and weeks'
    """
    spans = [
        (cell, [time for _, time in held]) for cell, held in groupby(zip(cells, times, strict=True), itemgetter(0))
    ]
    said = [f"{'no effect' if cell == '-' else cell} by {listed(span)}" for cell, span in spans]
    return f"{name}: {', '.join(said[spans[0][0] == '-' :]) or 'no effect'}"


def _short(answer: Answer) -> str:
    return "-" if answer.direction == "no_effect" else verdict(answer)


def _wrap(text: str, width: int, first: str, rest: str) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)
