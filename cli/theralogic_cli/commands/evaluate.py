"""``theralogic evaluate``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import by_option, common_options, verify_option
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("evaluate", cls=Command)
@click.argument("cases", nargs=-1, required=True, shell_complete=complete_case)
@by_option
@click.option("--all", "everything", is_flag=True, help="Every changed entity, not only what the case asks.")
@verify_option
@common_options("text", "table", "json")
@pass_workspace
def command(
    workspace: Workspace,
    cases: tuple[str, ...],
    by: int,
    everything: bool,
    check: bool,
) -> None:
    """Predicted effects of each CASE (an id, a path, or - for stdin), asked entities first.

    \b
    Examples:
      theralogic evaluate ra-tocilizumab
      theralogic evaluate ra-tocilizumab --by hours
      theralogic evaluate ra-tocilizumab --format table
      theralogic evaluate my-case.yaml --format json
    """
    from theralogic.model.result import to_json
    from theralogic.render.text import evaluation_text

    opened = workspace.cases(cases)
    if everything:
        opened = [case._replace(ask=()) for case in opened]
    results = [workspace.solve(case, by=by, check=check) for case in opened]
    rules = workspace.rules
    if workspace.format == "table":
        from theralogic.results.arm_view import arm_view
        from theralogic_cli.terminal import show, table

        tables = [table(r, [arm_view(rules, r, arm) for arm in r.context.arms]) for r in results]
        show([part for parts in tables for part in parts], workspace)
        return
    workspace.emit(
        text=lambda: "\n\n".join(evaluation_text(result, rules, width()) for result in results),
        json=lambda: to_json(results[0]) if len(results) == 1 else [to_json(result) for result in results],
    )
