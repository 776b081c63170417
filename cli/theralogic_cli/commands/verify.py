"""``theralogic verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from theralogic_cli.command import Command
from theralogic_cli.exits import Exit, stop
from theralogic_cli.options import common_options
from theralogic_cli.output import display_name, log, read_input
from theralogic_cli.shell_completion import complete_case, complete_file
from theralogic_cli.workspace import Workspace, faults_in_words, pass_workspace

if TYPE_CHECKING:
    from theralogic.model.records import Case
    from theralogic.model.result import Result


@click.command("verify", cls=Command)
@click.argument("result", shell_complete=complete_file)
@click.option(
    "--case", metavar="CASE", shell_complete=complete_case, help="The case (an id or a path) it must be about."
)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, result: str, case: str | None) -> None:
    """Check the saved RESULT (JSON, - for stdin) against the rule base, step by step, without an engine.

    What went in is compared with the case: with CASE, or else with a known case of the same id and digest. Without
    either, what the result says went in is taken as stated. Exit code 4 where it does not hold, 3 where it is not
    a result.

    \b
    Examples:
      theralogic evaluate ra-tocilizumab --format json | theralogic verify -
      theralogic verify result.json
      theralogic verify result.json --case my-case.yaml
    """
    from theralogic.model.result import SCHEMA_1
    from theralogic.verify import NOT_CHECKED, read_result, verify

    rules = workspace.rules
    faults = []
    results = read_result(read_input(result), display_name(result))
    if any(one.schema == SCHEMA_1 for one in results):
        log(NOT_CHECKED)
    for one in results:
        about = workspace.case(case) if case else _known_case(workspace, one)
        faults += verify(rules, one, case=about, as_asked=False)
    workspace.emit(
        text=lambda: "\n".join(faults_in_words(faults) if faults else ["every step holds"]),
        json=lambda: [{"code": f.code, "where": f.where, "message": f.message} for f in faults],
    )
    if faults:
        stop(Exit.NOT_MET)


def _known_case(workspace: Workspace, result: Result) -> Case | None:
    """The case by the id and digest that a result names, where it is at hand."""
    name = result.case.get("id", "")
    if name not in workspace.case_files:
        return None
    case = workspace.case(name)
    if case.digest == result.case.get("digest"):
        return case
    log(f"`{name}` is another case by now: what the result says went in is taken as stated")
    return None
