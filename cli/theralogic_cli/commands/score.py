"""``theralogic score``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import display_name, log, read_input
from theralogic_cli.shell_completion import complete_file
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("score", cls=Command)
@click.argument("table", shell_complete=complete_file)
@click.option("--wrong", is_flag=True, help="List every row that is not predicted as observed.")
@click.option("--ignore-names", is_flag=True, help="Build every drug from its target and mode, not from its name.")
@common_options()
@pass_workspace
def command(workspace: Workspace, table: str, wrong: bool, ignore_names: bool) -> None:
    """Predictions against TABLE, a CSV of observed outcomes or readouts (- for stdin).

    An uncovered or abstained row counts as wrong; two naive baselines stand beside the figures.

    \b
    Examples:
      theralogic score outcomes.csv
      theralogic score readouts.csv --wrong --format json
    """
    from theralogic.render.reasons import namer
    from theralogic.render.score_text import scores_text
    from theralogic.score import OBSERVED, score

    rules = workspace.rules
    figures = score(rules, read_input(table), display_name(table), workspace.engine, ignore_names=ignore_names)
    words = OBSERVED[figures["table"]]
    for word in figures["confusion"]:
        if word not in words:
            log(f"{display_name(table)}: `{word[:80]}` is not one of {', '.join(words)}, so its rows can only be wrong")
    workspace.emit(text=lambda: scores_text(figures, namer(rules), wrong=wrong), json=lambda: figures)
