"""``theralogic screen``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case, complete_name
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("screen", cls=Command)
@click.argument("case", shell_complete=complete_case)
@click.option("--lower", multiple=True, metavar="ENTITY", shell_complete=complete_name("entity"), help="Should fall.")
@click.option("--raise", "raised", multiple=True, metavar="ENTITY", help="Should rise.")
@click.option("--not-raise", "not_raise", multiple=True, metavar="ENTITY", help="Should not rise.")
@click.option("--not-lower", "not_lower", multiple=True, metavar="ENTITY", help="Should not fall.")
@click.option("--pairs", is_flag=True, help="Try every pair of interventions too.")
@click.option("--top", type=click.IntRange(1), default=20, show_default=True, help="How many to show with their chain.")
@common_options()
@pass_workspace
def command(
    workspace: Workspace,
    case: str,
    lower: tuple[str, ...],
    raised: tuple[str, ...],
    not_raise: tuple[str, ...],
    not_lower: tuple[str, ...],
    pairs: bool,
    top: int,
) -> None:
    """Every intervention (and every pair) tried in the patient of CASE, ranked by what was asked.

    What the case itself gives is left out. Compared first is what should not happen, then how many wishes are met at
    least moderately, then how strongly, then how few drugs it takes. A way to learn what the rules imply, not advice.

    \b
    Examples:
      theralogic screen ra-tocilizumab --lower CRP --lower "RA activity" --not-raise "infection risk"
      theralogic screen ra-tocilizumab --lower "RA activity" --pairs --top 40
    """
    from theralogic.cohort.screen import Goal, chain, screen
    from theralogic.cohort.screen_text import screen_json, screen_text
    from theralogic.model.names import find, find_all

    rules = workspace.rules
    asked = [(lower, "decreases", False), (raised, "increases", False)]
    asked += [(not_raise, "increases", True), (not_lower, "decreases", True)]
    find_all(rules, {"entity": [name for names, _, _ in asked for name in names]})
    wishes = []
    for names, direction, avoid in asked:
        for name in names:
            entity = find(rules, "entity", name, signed=True)
            wishes.append(Goal(entity, rules.entities[entity].name, direction, avoid))
    if not any(not wish.avoid for wish in wishes):
        raise click.UsageError("say what should change, with `--lower` or `--raise`")
    opened = workspace.case(case)
    found = screen(rules, opened, wishes, pairs=pairs)
    chains = {o.drugs: chain(rules, opened, o, wishes, workspace.engine) for o in found.options[:top]}
    workspace.emit(text=lambda: screen_text(found, chains, width()), json=lambda: screen_json(found, chains))
