"""``theralogic what-if``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import common, complete_case, open_case, open_engine, open_kb, width


@click.command("what-if")
@click.argument("case", shell_complete=complete_case)
@click.option("--add", multiple=True, metavar="DRUG", help="Give this as well.")
@click.option("--remove", multiple=True, metavar="DRUG", help="Do not give this.")
@click.option("--replace", "replaced", multiple=True, metavar="A=B", help="Give B instead of A.")
@click.option("--set", "levels", multiple=True, metavar="ENTITY=LEVEL", help="absent, low, normal, elevated or high.")
@click.option("--dose", "doses", multiple=True, metavar="DRUG=DOSE", help="Give it at this dose, such as low.")
@common()
def command(
    case: str,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    replaced: tuple[str, ...],
    levels: tuple[str, ...],
    doses: tuple[str, ...],
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
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
    from theralogic.reasoning.evaluate import EvaluationCache
    from theralogic.render.arm_sentences import cautions
    from theralogic.render.comparisons import comparison_text
    from theralogic.render.text import headed
    from theralogic.results.arm_view import arm_view
    from theralogic.results.assemble import solve
    from theralogic.results.compare import compare

    if not (add or remove or replaced or levels or doses):
        raise click.UsageError("say what is different: --add, --remove, --replace, --set or --dose")
    rules, chosen = open_kb(kb), open_engine(engine)
    cache = EvaluationCache(rules, chosen)
    opened = open_case(rules, case, kb)
    changes = changes_from_words(
        rules, opened.arms[0], add=add, remove=remove, replaced=replaced, levels=levels, doses=doses
    )
    base = opened._replace(arms=opened.arms[:1])
    arm = altered(opened.arms[0], changes, id="what-if", title="what if")
    if output_format == "json":
        write_output(as_json(to_json(solve(rules, with_arm(base, arm), chosen, cache=cache))), output)
        return
    left = solve(rules, base, chosen, cache=cache)
    right = solve(rules, base._replace(arms=(arm._replace(id="treated"),)), chosen, cache=cache)
    titles = ("as written", "what if")
    text = comparison_text(compare(left, right), left, right, titles, rules, width())
    before, now = ({c.say for c in cautions(arm_view(rules, result))} for result in (left, right))
    extra = "".join(f"  caution: {words}\n" for words in sorted(now - before))
    title = "\n".join(headed(opened.title, width()))
    write_output(f"{title}\n\n{extra}{text}", output)
