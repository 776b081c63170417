"""``theralogic verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from theralogic_cli.exits import Exit
from theralogic_cli.output import as_json, display_name, log, read_input, write_output
from theralogic_cli.session import common, complete_case, complete_file, faults_in_words, open_case, open_kb

if TYPE_CHECKING:
    from theralogic.model.records import Case, KnowledgeBase
    from theralogic.model.result import Result


@click.command("verify")
@click.argument("result", shell_complete=complete_file)
@click.option(
    "--case", metavar="CASE", shell_complete=complete_case, help="The case (an id or a path) it must be about."
)
@common(engine=False)
@click.pass_context
def command(
    ctx: click.Context, result: str, case: str | None, output_format: str, kb: str | None, output: str | None
) -> None:
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

    rules = open_kb(kb)
    faults = []
    results = read_result(read_input(result), display_name(result))
    if any(one.schema == SCHEMA_1 for one in results):
        log(NOT_CHECKED)
    for one in results:
        about = open_case(rules, case, kb) if case else _known_case(rules, one, kb)
        faults += verify(rules, one, case=about, as_asked=False)
    if output_format == "json":
        write_output(as_json([{"code": f.code, "where": f.where, "message": f.message} for f in faults]), output)
    else:
        write_output("\n".join(faults_in_words(faults) if faults else ["every step holds"]), output)
    if faults:
        ctx.exit(Exit.NOT_MET)


def _known_case(rules: KnowledgeBase, result: Result, root: str | None) -> Case | None:
    """The case by the id and digest that a result names, where it is at hand."""
    from pathlib import Path

    from theralogic.files.locations import case_names

    name = result.case.get("id", "")
    if name not in case_names(Path(root) if root else None):
        return None
    case = open_case(rules, name, root)
    if case.digest == result.case.get("digest"):
        return case
    log(f"`{name}` is another case by now: what the result says went in is taken as stated")
    return None
