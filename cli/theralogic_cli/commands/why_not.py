"""``theralogic why-not``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import (
    arm_option,
    common,
    complete_case,
    complete_name,
    known_arm,
    open_case,
    open_engine,
    open_kb,
    width,
)


@click.command("why-not")
@click.argument("case", shell_complete=complete_case)
@click.argument("entity", shell_complete=complete_name("entity"))
@arm_option
@common()
def command(
    case: str, entity: str, arm: str, output_format: str, kb: str | None, engine: str | None, output: str | None
) -> None:
    """What stops an effect on ENTITY in CASE, nearest first, and what would let it through.

    Every way out that is shown has been tried on the same patient.

    \b
    Examples:
      theralogic why-not psoriasis-secukinumab "IL-23 signalling"
      theralogic why-not ra-tocilizumab "serum IL-4"
    """
    from theralogic.model.names import find
    from theralogic.model.result import to_json
    from theralogic.model.vocabulary import DISCLAIMER
    from theralogic.reasoning.evaluate import evaluate
    from theralogic.render.comparisons import whynot_text
    from theralogic.render.reasons import namer
    from theralogic.results.why_not import why_not

    rules, chosen = open_kb(kb), open_engine(engine)
    opened = open_case(rules, case, kb)
    runs = {run.arm.id: run for run in evaluate(rules, opened, chosen).arms}
    found = why_not(rules, opened, runs[known_arm(runs, arm)], find(rules, "entity", entity), chosen)
    if output_format == "json":
        write_output(as_json({**to_json(found), "disclaimer": DISCLAIMER}), output)
    else:
        write_output(whynot_text(found, namer(rules), opened.title, DISCLAIMER, width()), output)
