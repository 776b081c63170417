"""``theralogic verify``."""

from __future__ import annotations

import click

from theralogic_cli.exits import Exit
from theralogic_cli.output import as_json, put, read_input
from theralogic_cli.session import common, open_kb


@click.command("verify")
@click.argument("result")
@common(engine=False)
@click.pass_context
def command(ctx: click.Context, result: str, form: str, kb: str | None, output: str | None) -> None:
    """Check the saved RESULT (JSON, - for stdin) against the rule base, step by step, without an engine.

    Exit code 4 where it does not hold, 3 where it is not a result.

    \b
    Examples:
      theralogic evaluate ra-tocilizumab --format json | theralogic verify -
      theralogic verify result.json
    """
    from theralogic.verify import read_result, verify

    rules = open_kb(kb)
    faults = [fault for one in read_result(read_input(result), result) for fault in verify(rules, one)]
    if form == "json":
        put(as_json([{"code": f.code, "where": f.where, "message": f.message} for f in faults]), output)
    else:
        lines = [f"{f.where}: {f.message} [{f.code}]" for f in faults]
        put("\n".join([*lines, f"{len(faults)} faults" if faults else "every step holds"]), output)
    if faults:
        ctx.exit(Exit.NOT_MET)
