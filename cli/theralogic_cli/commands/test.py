"""``theralogic test``."""

from __future__ import annotations

import click

from theralogic_cli.exits import Exit
from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import common, complete_case, count, open_cases, open_engine, open_kb


@click.command("test")
@click.argument("cases", nargs=-1, shell_complete=complete_case)
@common()
@click.pass_context
def command(
    ctx: click.Context,
    cases: tuple[str, ...],
    output_format: str,
    kb: str | None,
    engine: str | None,
    output: str | None,
) -> None:
    """Check the expectations of CASES, or of every case there is. Exit code 4 where one is not met.

    \b
    Examples:
      theralogic test
      theralogic test ra-tocilizumab my-case.yaml
    """
    from pathlib import Path

    from theralogic.files.locations import case_names
    from theralogic.reasoning.evaluate import EvaluationCache
    from theralogic.render.expectations import unmet_text
    from theralogic.results.assemble import solve
    from theralogic.results.expectations import check

    rules, chosen = open_kb(kb), open_engine(engine)
    cache = EvaluationCache(rules, chosen)
    names = cases or tuple(case_names(Path(kb) if kb else None))
    rows = []
    opened, wrong = open_cases(rules, names, kb)  # one unreadable case must not hide what the others have to say
    for case in opened:
        failures = [unmet_text(unmet) for unmet in check(case, solve(rules, case, chosen, cache=cache))]
        rows.append({"case": case.id, "expectations": len(case.expect), "failures": failures})
    failed = sum(1 for row in rows if row["failures"])
    if output_format == "json":
        write_output(as_json({"engine": chosen.NAME, "cases": rows}), output)
    else:
        lines = [line for row in rows for line in _lines(row)]
        unread = f", {len(names) - len(rows)} not read" if wrong else ""
        write_output(
            "\n".join([*lines, f"{len(rows) - failed} passed, {failed} failed{unread} ({chosen.NAME} engine)"]), output
        )
    if wrong:
        raise wrong
    if failed:
        ctx.exit(Exit.NOT_MET)


def _lines(row: dict[str, object]) -> list[str]:
    failures, expected = row["failures"], row["expectations"]
    assert isinstance(failures, list)
    assert isinstance(expected, int)
    mark = "FAIL" if failures else "ok  "
    return [f"{mark} {row['case']} ({count(expected, 'expectation')})", *(f"       {text}" for text in failures)]
