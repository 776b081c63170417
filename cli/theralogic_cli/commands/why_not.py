"""``theralogic why-not``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, put
from theralogic_cli.session import common, complete_case, complete_name, open_case, open_engine, open_kb, width


@click.command("why-not")
@click.argument("case", shell_complete=complete_case)
@click.argument("entity", shell_complete=complete_name("entity"))
@click.option("--arm", default="treated", show_default=True, help="Arm of the case to ask about.")
@common()
def command(
    case: str, entity: str, arm: str, form: str, kb: str | None, engine: str | None, output: str | None
) -> None:
    """What stops an effect on ENTITY in CASE, nearest first, and what would let it through.

    Every way out that is shown has been tried on the same patient.

    \b
    Examples:
      theralogic why-not il6-normal-nothing-to-lose CRP
      theralogic why-not ra-tocilizumab "serum IL-4"
    """
    from theralogic.errors import NotFoundError, did_you_mean
    from theralogic.evaluate import evaluate
    from theralogic.names import find
    from theralogic.render.sidebyside import whynot_text
    from theralogic.result import to_json
    from theralogic.vocabulary import DISCLAIMER
    from theralogic.whynot import why_not

    rules, chosen = open_kb(kb), open_engine(engine)
    opened = open_case(rules, case, kb)
    runs = {run.arm.id: run for run in evaluate(rules, opened, chosen).arms}
    if arm not in runs:
        help = did_you_mean(arm, runs) or f"arms are {', '.join(runs)}"
        raise NotFoundError("unknown-arm", f"unknown arm `{arm[:80]}`", help=help)
    found = why_not(rules, opened, runs[arm], find(rules, "entity", entity), chosen)
    if form == "json":
        put(as_json({**to_json(found), "disclaimer": DISCLAIMER}), output)
    else:
        put(whynot_text(found, opened.title, DISCLAIMER, width()), output)
