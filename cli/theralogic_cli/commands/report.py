"""``theralogic report``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import common, complete_case, open_case, open_engine, open_kb


@click.command("report")
@click.argument("case", shell_complete=complete_case)
@common(formats=("html", "json"))
def command(case: str, output_format: str, kb: str | None, engine: str | None, output: str | None) -> None:
    """One page on CASE to mail, project or print: what happens, why, what does not, arms, time, evidence.

    The page is one file that fetches nothing; it reads without scripts, by keyboard and on paper.

    \b
    Example:
      theralogic report ra-tocilizumab -o ra.html
    """
    from theralogic.model.result import to_json
    from theralogic.render.report import report, report_data

    rules, chosen = open_kb(kb), open_engine(engine)
    shown = report_data(rules, open_case(rules, case, kb), chosen)
    write_output(as_json(to_json(shown.result)) if output_format == "json" else report(shown), output)
