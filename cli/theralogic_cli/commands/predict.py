"""``theralogic predict``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import (
    by_option,
    by_rank,
    common,
    complete_name,
    must_hold,
    open_engine,
    open_kb,
    verify_option,
    width,
)


@click.command("predict")
@click.argument("disease", shell_complete=complete_name("disease"))
@click.argument("drugs", nargs=-1, metavar="[DRUG]...", shell_complete=complete_name("intervention"))
@click.option(
    "--ask", multiple=True, metavar="ENTITY", help="What to predict. Default: the activity and what is measured."
)
@click.option("--set", "levels", multiple=True, metavar="ENTITY=LEVEL", help="absent, low, normal, elevated or high.")
@click.option("--dose", "doses", multiple=True, metavar="DRUG=DOSE", help="Give it at this dose, such as low.")
@click.option("--explain", "chains", is_flag=True, help="Show the chains too.")
@by_option
@verify_option
@common()
def command(
    disease: str,
    drugs: tuple[str, ...],
    ask: tuple[str, ...],
    levels: tuple[str, ...],
    doses: tuple[str, ...],
    chains: bool,
    by: str | None,
    check: bool,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
    """What DRUGs do in a hypothetical patient with DISEASE; no case file needed. Without a DRUG, what the disease does.

    \b
    Examples:
      theralogic predict "rheumatoid arthritis" tocilizumab
      theralogic predict psoriasis secukinumab --ask "psoriasis activity" --explain
      theralogic predict asthma mepolizumab --set IL5=high --format json
    """
    from theralogic.model.edits import case_from_words
    from theralogic.model.result import to_json
    from theralogic.reasoning.evaluate import EvaluationCache
    from theralogic.render.text import evaluation_text, explanation_text
    from theralogic.results.assemble import solve
    from theralogic.results.questions import worth_asking

    rules, chosen = open_kb(kb), open_engine(engine)
    cache = EvaluationCache(rules, chosen)
    case = case_from_words(rules, disease, drugs, ask=ask, levels=levels, doses=doses)
    result = solve(rules, case, chosen, by=by_rank(by), cache=cache)
    if not ask:
        case = case._replace(ask=worth_asking(rules, case, result))
        result = solve(rules, case, chosen, by=by_rank(by), cache=cache)
    if check:
        must_hold(rules, case, result, by_rank(by))
    if output_format == "json":
        write_output(as_json(to_json(result)), output)
    else:
        text = explanation_text(result, rules, width=width()) if chains else evaluation_text(result, rules, width())
        write_output(text, output)
