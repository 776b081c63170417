"""``theralogic timeline``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import ONSET_CHOICES, common, complete_case, open_case, open_engine, open_kb, width


@click.command("timeline")
@click.argument("case", shell_complete=complete_case)
@common()
def command(case: str, output_format: str, kb: str | None, engine: str | None, output: str | None) -> None:
    """What the asked entities of CASE do by minutes, hours, days and weeks.

    Each column keeps only mechanisms at least that fast, so early and late effects can differ.

    \b
    Example:
      theralogic timeline cytokine-burst
    """
    from theralogic.model.result import to_json
    from theralogic.model.vocabulary import DISCLAIMER
    from theralogic.reasoning.evaluate import EvaluationCache
    from theralogic.render.comparisons import timeline_text
    from theralogic.results.assemble import solve

    rules, chosen = open_kb(kb), open_engine(engine)
    opened = open_case(rules, case, kb)
    if not opened.ask:
        raise click.UsageError(f"`{opened.id}` asks nothing, so there is nothing to follow over time")
    cache, base = EvaluationCache(rules, chosen), opened._replace(arms=opened.arms[:1])
    times = {word: solve(rules, base, chosen, by=rank, cache=cache) for rank, word in enumerate(ONSET_CHOICES)}
    if output_format == "json":
        rows = {time: to_json(result.answers) for time, result in times.items()}
        write_output(as_json({**rows, "disclaimer": DISCLAIMER}), output)
    else:
        write_output(timeline_text(times, opened.title, width()), output)
