"""``theralogic cases check``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from theralogic_cli.command import Command
from theralogic_cli.exits import Exit, stop
from theralogic_cli.options import common_options
from theralogic_cli.output import count, log
from theralogic_cli.shell_completion import complete_case
from theralogic_cli.workspace import Workspace, pass_workspace

if TYPE_CHECKING:
    from theralogic.model.errors import Problem


@click.command("check", cls=Command)
@click.argument("cases", nargs=-1, shell_complete=complete_case)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, cases: tuple[str, ...]) -> None:
    """Read CASES (or all there are) and report everything that is wrong, all at once. Exit code 3 if anything is.

    \b
    Example:
      theralogic cases check my-case.yaml
    """
    from theralogic.model.errors import NotFoundError

    names = cases or tuple(workspace.case_files)
    _, wrong = workspace.readable_cases(names)
    problems = wrong.problems if wrong else ()
    missing = [p for p in problems if p.code == "unknown-case"]
    if workspace.format == "text":
        for problem in missing:
            log(str(problem))
    total = f"{count(len(names), 'case')} read, {count(len(problems), 'problem')}"
    workspace.emit(
        text=lambda: "\n".join([*(str(p) for p in problems if p not in missing), total]),
        json=lambda: [_as_data(p) for p in problems],
    )
    if wrong:
        stop(Exit.NOT_FOUND if isinstance(wrong, NotFoundError) else Exit.INVALID)


def _as_data(problem: Problem) -> dict[str, object]:
    where = problem.where
    return {
        "code": problem.code,
        "message": problem.message,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "col": where.col if where else None,
        "help": problem.help,
    }
