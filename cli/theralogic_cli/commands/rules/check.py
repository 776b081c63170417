"""``theralogic rules check``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.exits import Exit, stop
from theralogic_cli.options import common_options
from theralogic_cli.output import count
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("check", cls=Command)
@click.option("--strict", is_flag=True, help="Exit with 3 on warnings too.")
@click.option("--notes", is_flag=True, help="Show notes too, such as mechanisms that rest on one source.")
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, strict: bool, notes: bool) -> None:
    """Judge the rules: what can't hold, what contradicts, what leads nowhere, what nobody has shown.

    \b
    Examples:
      theralogic rules check
      theralogic rules check --kb my-rules --format json
    """
    from theralogic.check import check
    from theralogic.check.finding import SEVERITIES

    findings = check(workspace.rules)
    found = {severity: sum(f.severity == severity for f in findings) for severity in SEVERITIES}
    lines = [str(f) for f in findings if notes or f.severity != "note"]
    lines.append(", ".join(count(number, severity) for severity, number in found.items()))
    workspace.emit(text=lambda: "\n".join(lines), json=lambda: [f.as_json() for f in findings])
    if found["error"] or (strict and found["warning"]):
        stop(Exit.INVALID)
