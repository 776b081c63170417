"""``theralogic explain``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import (
    by_option,
    by_rank,
    common,
    complete_case,
    complete_name,
    must_hold,
    open_case,
    open_engine,
    open_kb,
    verify_option,
    width,
)


@click.command("explain")
@click.argument("case", shell_complete=complete_case)
@click.argument("entity", required=False, shell_complete=complete_name("entity"))
@click.option(
    "--level",
    "detail",
    type=click.Choice(["brief", "steps", "full"]),
    default="steps",
    show_default=True,
    help="One line a chain, every step, or every step with all its evidence.",
)
@click.option("--all", "everything", is_flag=True, help="Every changed entity, not only what the case asks.")
@by_option
@verify_option
@common(formats=("text", "tree", "json"))
def command(
    case: str,
    entity: str | None,
    detail: str,
    everything: bool,
    by: str | None,
    check: bool,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
    """What rises and falls in CASE, and the chain to each; or to one ENTITY (id, name or alias).

    \b
    Examples:
      theralogic explain ra-tocilizumab
      theralogic explain ra-tocilizumab CRP --level full
      theralogic explain ra-tocilizumab --level brief --all
      theralogic explain ra-tocilizumab CRP --format tree
    """
    from theralogic.model.names import find
    from theralogic.model.result import to_json
    from theralogic.render.text import explanation_text
    from theralogic.results.assemble import solve

    rules = open_kb(kb)
    chosen = open_engine(engine)
    opened = open_case(rules, case, kb)
    wanted = find(rules, "entity", entity) if entity else None
    if everything or wanted:
        opened = opened._replace(ask=(wanted,) if wanted else ())
    result = solve(rules, opened, chosen, by=by_rank(by))
    if check:
        must_hold(rules, opened, result, by_rank(by))
    if output_format == "json":
        write_output(as_json(to_json(result)), output)
    elif output_format == "tree":
        from theralogic.results.arm_view import arm_view
        from theralogic_cli.terminal import show, trees

        show(trees(arm_view(rules, result)), output)
    else:
        write_output(explanation_text(result, rules, entity=wanted, detail=detail, width=width()), output)
