"""``theralogic rules``: one subcommand each way of looking at the rule base."""

from __future__ import annotations

import click

from theralogic_cli.exits import Exit
from theralogic_cli.output import as_json, put
from theralogic_cli.session import common, open_kb


@click.group("rules")
def command() -> None:
    """List, show, search, check and draw the rule base.

    \b
    Examples:
      theralogic rules check
      theralogic rules show il6-signalling-activates-stat3
      theralogic rules search "IL-6"
    """


@command.command("check")
@click.option("--strict", is_flag=True, help="Exit with 3 on warnings too.")
@click.option("--notes", is_flag=True, help="Show notes too, such as mechanisms that rest on one source.")
@common(engine=False)
@click.pass_context
def check_rules(ctx: click.Context, strict: bool, notes: bool, form: str, kb: str | None, output: str | None) -> None:
    """Judge the rules: what can't hold, what contradicts, what leads nowhere, what nobody has shown.

    \b
    Examples:
      theralogic rules check
      theralogic rules check --kb my-rules --format json
    """
    from theralogic.check import check
    from theralogic.check.finding import SEVERITIES

    findings = check(open_kb(kb))
    count = {severity: sum(f.severity == severity for f in findings) for severity in SEVERITIES}
    if form == "json":
        put(as_json([f.as_json() for f in findings]), output)
    else:
        lines = [str(f) for f in findings if notes or f.severity != "note"]
        lines.append(", ".join(f"{n} {severity}{'' if n == 1 else 's'}" for severity, n in count.items()))
        put("\n".join(lines), output)
    if count["error"] or (strict and count["warning"]):
        ctx.exit(Exit.INVALID)
