"""``theralogic timeline``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import ONSET_CHOICES, common_options
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("timeline", cls=Command)
@click.argument("case", shell_complete=complete_case)
@common_options()
@pass_workspace
def command(workspace: Workspace, case: str) -> None:
    """What the asked entities of CASE do by minutes, hours, days and weeks.

    Each column keeps only mechanisms at least that fast, so early and late effects can differ.

    \b
    Example:
      theralogic timeline cytokine-burst
    """
    from theralogic.model.result import to_json
    from theralogic.model.vocabulary import DISCLAIMER
    from theralogic.render.comparisons import timeline_text

    opened = workspace.case(case)
    if not opened.ask:
        raise click.UsageError(f"`{opened.id}` asks nothing, so there is nothing to follow over time")
    base = opened._replace(arms=opened.arms[:1])
    times = {word: workspace.solve(base, by=rank) for rank, word in enumerate(ONSET_CHOICES)}
    workspace.emit(
        text=lambda: timeline_text(times, opened.title, width()),
        json=lambda: {**{time: to_json(r.answers) for time, r in times.items()}, "disclaimer": DISCLAIMER},
    )
