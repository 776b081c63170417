"""``theralogic evaluate``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import (
    by_option,
    by_rank,
    common,
    complete_case,
    must_hold,
    open_cases,
    open_engine,
    open_kb,
    verify_option,
    width,
)


@click.command("evaluate")
@click.argument("cases", nargs=-1, required=True, shell_complete=complete_case)
@by_option
@click.option("--all", "everything", is_flag=True, help="Every changed entity, not only what the case asks.")
@verify_option
@common(formats=("text", "table", "json"))
def command(
    cases: tuple[str, ...],
    by: str | None,
    everything: bool,
    check: bool,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
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
    from theralogic.reasoning.evaluate import EvaluationCache
    from theralogic.render.text import evaluation_text
    from theralogic.results.assemble import solve

    rules, chosen = open_kb(kb), open_engine(engine)
    cache = EvaluationCache(rules, chosen)
    results = []
    opened, wrong = open_cases(rules, cases, kb)
    if wrong:
        raise wrong
    for case in opened:
        if everything:
            case = case._replace(ask=())
        results.append(solve(rules, case, chosen, by=by_rank(by), cache=cache))
        if check:
            must_hold(rules, case, results[-1], by_rank(by))
    if output_format == "json":
        data = [to_json(result) for result in results]
        write_output(as_json(data[0] if len(data) == 1 else data), output)
    elif output_format == "table":
        from theralogic.results.arm_view import arm_view
        from theralogic_cli.terminal import show, table

        tables = [table(r, [arm_view(rules, r, arm) for arm in r.context.arms]) for r in results]
        show([part for parts in tables for part in parts], output)
    else:
        write_output("\n\n".join(evaluation_text(result, rules, width()) for result in results), output)
