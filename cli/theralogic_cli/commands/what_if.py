"""``theralogic what-if``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options, doses_option, levels_option
from theralogic_cli.output import width
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("what-if", cls=Command)
@click.argument("case", shell_complete=complete_case)
@click.option("--add", multiple=True, metavar="DRUG", help="Give this as well.")
@click.option("--remove", multiple=True, metavar="DRUG", help="Do not give this.")
@click.option("--replace", "replaced", multiple=True, metavar="A=B", help="Give B instead of A.")
@levels_option
@doses_option
@common_options()
@pass_workspace
def command(
    workspace: Workspace,
    case: str,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    replaced: tuple[str, ...],
    levels: tuple[str, ...],
    doses: tuple[str, ...],
) -> None:
    """The patient of CASE with other drugs, doses or findings, beside the case as written.

    \b
    Examples:
      theralogic what-if ra-tocilizumab --set IL6=normal
      theralogic what-if ra-tocilizumab --replace tocilizumab=siltuximab
      theralogic what-if ra-tocilizumab --add infliximab --format json
    """
    from theralogic.model.edits import altered, changes_from_words, with_arm
    from theralogic.model.result import to_json
    from theralogic.render.arm_sentences import cautions
    from theralogic.render.comparisons import comparison_text
    from theralogic.render.text import headed
    from theralogic.results.arm_view import arm_view
    from theralogic.results.compare import compare

    if not (add or remove or replaced or levels or doses):
        raise click.UsageError("say what is different: --add, --remove, --replace, --set or --dose")
    rules, opened = workspace.rules, workspace.case(case)
    changes = changes_from_words(
        rules, opened.arms[0], add=add, remove=remove, replaced=replaced, levels=levels, doses=doses
    )
    base = opened._replace(arms=opened.arms[:1])
    arm = altered(opened.arms[0], changes, id="what-if", title="what if")

    def text() -> str:
        left = workspace.solve(base)
        right = workspace.solve(base._replace(arms=(arm._replace(id="treated"),)))
        table = comparison_text(compare(left, right), left, right, ("as written", "what if"), rules, width())
        before, now = ({c.say for c in cautions(arm_view(rules, result))} for result in (left, right))
        extra = "".join(f"  caution: {words}\n" for words in sorted(now - before))
        return "\n".join([*headed(opened.title, width()), "", f"{extra}{table}"])

    workspace.emit(text=text, json=lambda: to_json(workspace.solve(with_arm(base, arm))))
