"""``theralogic test``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.exits import Exit, stop
from theralogic_cli.options import common_options
from theralogic_cli.output import count
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("test", cls=Command)
@click.argument("cases", nargs=-1, shell_complete=complete_case)
@common_options()
@pass_workspace
def command(workspace: Workspace, cases: tuple[str, ...]) -> None:
    """Check the expectations of CASES, or of every case there is. Exit code 4 where one is not met.

    \b
    Examples:
      theralogic test
      theralogic test ra-tocilizumab my-case.yaml
    """
    from theralogic.render.expectations import unmet_text
    from theralogic.results.expectations import check

    names = cases or tuple(workspace.case_files)
    rows = []
    opened, wrong = workspace.readable_cases(names)  # one unreadable case must not hide what the others have to say
    for case in opened:
        failures = [unmet_text(unmet) for unmet in check(case, workspace.solve(case))]
        rows.append({"case": case.id, "expectations": len(case.expect), "failures": failures})
    failed = sum(1 for row in rows if row["failures"])
    lines = [line for row in rows for line in _lines(row)]
    unread = f", {len(names) - len(rows)} not read" if wrong else ""
    engine = workspace.engine.NAME
    lines.append(f"{len(rows) - failed} passed, {failed} failed{unread} ({engine} engine)")
    workspace.emit(text=lambda: "\n".join(lines), json=lambda: {"engine": engine, "cases": rows})
    if wrong:
        raise wrong
    if failed:
        stop(Exit.NOT_MET)


def _lines(row: dict[str, object]) -> list[str]:
    failures, expected = row["failures"], row["expectations"]
    assert isinstance(failures, list)
    assert isinstance(expected, int)
    mark = "FAIL" if failures else "ok  "
    return [f"{mark} {row['case']} ({count(expected, 'expectation')})", *(f"       {text}" for text in failures)]
