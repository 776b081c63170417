"""``theralogic compare``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("compare", cls=Command)
@click.argument("left", shell_complete=complete_case)
@click.argument("right", shell_complete=complete_case)
@click.option("--disease", metavar="D", help="Compare two drugs in this disease instead of two cases.")
@click.option("--ask", multiple=True, metavar="ENTITY", help="What to compare. Default: what the cases ask.")
@common_options()
@pass_workspace
def command(
    workspace: Workspace,
    left: str,
    right: str,
    disease: str | None,
    ask: tuple[str, ...],
) -> None:
    """Two cases, or with --disease two drugs, side by side, with the first step at which they part.

    \b
    Examples:
      theralogic compare psoriasis-secukinumab crohn-secukinumab
      theralogic compare --disease "rheumatoid arthritis" tocilizumab siltuximab
    """
    from theralogic.model.edits import Changes, case_of
    from theralogic.model.names import find_all
    from theralogic.model.result import to_json
    from theralogic.render.comparisons import comparison_text
    from theralogic.render.text import headed
    from theralogic.results.compare import compare
    from theralogic.results.questions import worth_asking

    rules = workspace.rules
    if disease:
        find_all(rules, {"disease": [disease], "intervention": [left, right], "entity": ask})
        cases = [case_of(rules, [disease], [drug], Changes(), ask) for drug in (left, right)]
        titles = (
            cases[0].arms[0].prescriptions[0].intervention.name,
            cases[1].arms[0].prescriptions[0].intervention.name,
        )
    else:
        cases = workspace.cases((left, right))
        titles = (cases[0].id, cases[1].id)
    asked = find_all(rules, {"entity": ask})["entity"]
    asked = asked or tuple(dict.fromkeys(e for case in cases for e in case.ask))
    if not asked:
        both = [workspace.solve(case) for case in cases]
        asked = tuple(dict.fromkeys(e for c, r in zip(cases, both, strict=True) for e in worth_asking(rules, c, r)))
    one, two = (workspace.solve(case._replace(ask=asked, arms=case.arms[:1])) for case in cases)
    rows = compare(one, two)

    def text() -> str:
        what = " and ".join(titles)
        if disease:
            name = rules.diseases[cases[0].diseases[0]].name
            what = f"{name[:1].upper()}{name[1:]}, {' or '.join(titles)}"
        return "\n".join([*headed(what, width()), "", comparison_text(rows, one, two, titles, rules, width())])

    workspace.emit(
        text=text, json=lambda: {"left": to_json(one), "right": to_json(two), "rows": [to_json(row) for row in rows]}
    )
