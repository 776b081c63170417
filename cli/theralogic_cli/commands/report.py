"""``theralogic report``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("report", cls=Command)
@click.argument("case", shell_complete=complete_case)
@common_options("html", "json")
@pass_workspace
def command(workspace: Workspace, case: str) -> None:
    """One page on CASE to mail, project or print: what happens, why, what does not, arms, time, evidence.

    The page is one file that fetches nothing; it reads without scripts, by keyboard and on paper.

    \b
    Example:
      theralogic report ra-tocilizumab -o ra.html
    """
    from theralogic.model.result import to_json
    from theralogic.render.report import report, report_data

    shown = report_data(workspace.rules, workspace.case(case), workspace.engine)
    workspace.emit(html=lambda: report(shown), json=lambda: to_json(shown.result))
