"""``theralogic graph``."""

from __future__ import annotations

import click

from theralogic_cli.output import write_output
from theralogic_cli.session import (
    arm_option,
    by_option,
    by_rank,
    common,
    complete_case,
    complete_name,
    known_arm,
    open_case,
    open_engine,
    open_kb,
)


@click.command("graph")
@click.argument("case", shell_complete=complete_case)
@click.argument("entities", nargs=-1, metavar="[ENTITY]...", shell_complete=complete_name("entity"))
@click.option(
    "--all", "everything", is_flag=True, help="Everything that changes, not only what leads to what is asked."
)
@click.option("--opposed", is_flag=True, help="Also what was set aside, dotted.")
@click.option("--down", is_flag=True, help="Draw from top to bottom (svg).")
@arm_option
@by_option
@common(formats=("svg", "dot", "mermaid", "graphml", "cx2", "json"))
def command(
    case: str,
    entities: tuple[str, ...],
    everything: bool,
    opposed: bool,
    down: bool,
    arm: str,
    by: str | None,
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
    """The derivation of what CASE asks, or of the named ENTITY (id, name or alias), as a graph.

    An arrow raises, a bar lowers, a circle is needed by a gate (a hexagon).

    \b
    Examples:
      theralogic graph ra-tocilizumab CRP -o crp.svg
      theralogic graph ra-tocilizumab --opposed --format dot
      theralogic graph ra-tocilizumab --all --format cx2 -o case.cx2
    """
    from theralogic.model.names import find
    from theralogic.render.causal_graph import picture
    from theralogic.render.drawing import to_svg
    from theralogic.render.graph_formats import WRITERS
    from theralogic.results.arm_view import arm_view
    from theralogic.results.assemble import solve
    from theralogic.results.questions import worth_asking

    rules = open_kb(kb)
    opened = open_case(rules, case, kb)
    result = solve(rules, opened, open_engine(engine), by=by_rank(by))
    wanted = [find(rules, "entity", name) for name in entities] or opened.ask or worth_asking(rules, opened, result)
    view = arm_view(rules, result, known_arm(result.context.arms, arm))
    shown = picture(view, None if everything else wanted, opposed=opposed)
    write_output(to_svg(shown, down=down) if output_format == "svg" else WRITERS[output_format](shown), output)
