"""Trees and tables for the terminal, with rich: the same words and symbols with and without colour.

Loaded only where one is asked for, because rich takes longer to load than a case to answer.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import StringIO

from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from theralogic.model.result import Answer, ChangeRow, Result
from theralogic.render.arm_sentences import cautions, givers, opposition, remarks, source_of, title
from theralogic.render.phrases import CERTAIN, WHEN, arrows, does, goes, moves, question
from theralogic.render.reasons import stillness
from theralogic.render.text import headed
from theralogic.results.arm_view import ArmView
from theralogic_cli.output import ascii_wanted, clean, width
from theralogic_cli.workspace import Workspace

STYLES = {
    "increases": "dark_orange3",
    "decreases": "dodger_blue2",
    "ambiguous": "medium_purple3",
    "no_effect": "default",
}

LONGEST = 14  # a longer word may be broken over two lines


def show(parts: Sequence[RenderableType], workspace: Workspace) -> None:
    """Parts one below the other: in colour at a terminal that has it, else as plain text like any other output."""
    plain = (
        workspace.output not in (None, "-") or ascii_wanted() or not sys.stdout.isatty() or os.environ.get("NO_COLOR")
    )
    target = StringIO() if plain else sys.stdout
    console = Console(file=target, width=width(), no_color=bool(plain), highlight=False, emoji=False, markup=False)
    for part in parts:
        console.print(part)
    if isinstance(target, StringIO):
        workspace.write("\n".join(line.rstrip() for line in target.getvalue().splitlines()))


def tree(arm: ArmView, answer: Answer) -> Tree:
    """An effect, below it what it rests on, down to what is given; what has been shown above is only named."""
    root = Tree(Text(clean(question(answer)), style="bold"), guide_style="dim")
    change = arm.changes.get(answer.entity)
    if change is None:
        root.add(Text(clean(f"{stillness(arm.name, answer)} [{answer.reason.kind if answer.reason else None}]")))
        return root
    _grow(root, arm, change, set())
    return root


def _grow(branch: Tree, arm: ArmView, change: ChangeRow, told: set[str]) -> None:
    symbol = arrows(change.direction, change.strength)
    text = Text.assemble(clean(f"{symbol} {moves(change)}"), style=STYLES[change.direction])
    if change.entity in told:
        branch.add(text.append(" (above)", style="dim"))
        return
    told.add(change.entity)
    source = givers(arm, change.entity) if change.rule == "given" else [source_of(change)]
    text.append(clean(f"  [{', '.join(source) or 'given'}]"), style="dim")
    node = branch.add(text)
    for remark in remarks(arm, change):
        node.add(Text(clean(remark), style="italic dim"))
    for premise in change.premises:
        _grow(node, arm, arm.changes[premise.partition(":")[2]], told)
    for vote in change.opposition:
        node.add(Text(clean(f"set aside: {opposition(arm, change.entity, vote)}"), style="dim"))


def table(result: Result, arms: Sequence[ArmView]) -> list[RenderableType]:
    """Effects as a table: with certainty and onset for a case alone, side by side for a case with arms."""
    heading = _heading(arms[0])
    one = len(arms) == 1
    heads = ["change", "certainty", "onset"] if one else ["as written", *(a.context.title for a in arms[1:])]
    moved = [{a.entity: a for a in arm.answers} for arm in arms]
    rows = []
    for answer in arms[0].answers:
        row = [Text(clean(answer.name), style="bold")]
        row += [_change(answers.get(answer.entity), full=one) for answers in moved]
        if one:
            row += [Text(CERTAIN.get(answer.certainty or "", clean(stillness(arms[0].name, answer))))]
            row += [Text(WHEN.get(answer.onset or "", ""))]
        rows.append(row)
    grid = Table(box=SIMPLE_HEAD, expand=False, pad_edge=False)
    for head, *cells in zip(["what", *map(clean, heads)], *rows, strict=True):
        words = " ".join([head, *(str(cell) for cell in cells)]).split()
        grid.add_column(head, overflow="fold", header_style="dim", min_width=min(max(map(len, words)), LONGEST))
    for row in rows:
        grid.add_row(*row)
    told = dict.fromkeys(c.say for arm in arms for c in cautions(arm))
    notes = [Text(clean(f"caution: {words}")) for words in told]
    return [heading, grid, *notes, "", Text(result.disclaimer, style="dim")]


def trees(arm: ArmView) -> list[RenderableType]:
    """The tree of every answer, under the title of the case."""
    parts: list[RenderableType] = [_heading(arm)]
    for answer in arm.answers:
        parts += ["", tree(arm, answer)]
    return [*parts, "", Text(arm.result.disclaimer, style="dim")]


def _heading(arm: ArmView) -> Text:
    """The title and, as in every text about a patient, that nobody is meant."""
    return Text(clean("\n".join(headed(title(arm), width()))), style="bold")


def _change(answer: Answer | None, *, full: bool) -> Text:
    """Symbol and words; the adverb is left out where arms share the width, as the symbol counts it out."""
    if answer is None:
        return Text("–")
    words = goes(answer) if full else does(answer.name, answer.direction)
    return Text(clean(f"{arrows(answer.direction, answer.strength)} {words}"), style=STYLES[answer.direction])
