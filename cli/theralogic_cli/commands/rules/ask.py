"""``theralogic rules ask``."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.extras import need_tables
from theralogic_cli.options import Existing, common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("ask", cls=Command)
@click.argument("base", type=Existing())
@click.option("--set", "levels", multiple=True, metavar="ENTITY=LEVEL", help="A level of the untreated world.")
@click.option("--block", "blocked", multiple=True, metavar="ENTITY", help="An action that lowers it.")
@click.option("--supply", "supplied", multiple=True, metavar="ENTITY", help="An action that raises it.")
@click.option("--ask", "asked", multiple=True, metavar="ENTITY", help="Show these. Default: everything that changes.")
@common_options(kb=False, engine=False)
@pass_workspace
def command(
    workspace: Workspace,
    base: str,
    levels: tuple[str, ...],
    blocked: tuple[str, ...],
    supplied: tuple[str, ...],
    asked: tuple[str, ...],
) -> None:
    """One hypothetical case over a rule base that `rules compile` made: what changes, and by which chain.

    \b
    Example:
      theralogic rules ask large.base --set TNF=high --block TNF --ask CRP
    """
    need_tables()
    from theralogic.interchange.large_base import ask
    from theralogic.interchange.large_base_file import open_large
    from theralogic.model.edits import pair
    from theralogic.model.errors import InvalidInputError, did_you_mean
    from theralogic.model.levels import LEVELS
    from theralogic.model.vocabulary import DISCLAIMER

    given = dict(map(pair, levels))
    for word in given.values():
        if word not in LEVELS:
            hint = did_you_mean(word, LEVELS) or f"one of {', '.join(LEVELS)}"
            raise InvalidInputError("unknown-word", f"`{word[:80]}` is not a level", help=hint)
    opened = open_large(Path(base))
    wanted = {opened.name(opened.number(name)) for name in asked}
    changes = ask(opened, given, [*((e, -1) for e in blocked), *((e, 1) for e in supplied)])
    shown = [change for change in changes if not wanted or change.entity in wanted]
    lines = [f"{c.entity} {c.direction} ({c.strength}, {c.certainty}): {' ~ '.join(c.chain)}" for c in shown]
    lines += [f"{name} does not change" for name in sorted(wanted - {c.entity for c in shown})]
    workspace.emit(
        text=lambda: "\n".join([*lines, "", DISCLAIMER]),
        json=lambda: {"changes": [c._asdict() for c in shown], "disclaimer": DISCLAIMER},
    )
