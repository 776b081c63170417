"""``theralogic verify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from theralogic_cli.command import Command
from theralogic_cli.exits import Exit, stop
from theralogic_cli.options import common_options
from theralogic_cli.output import count, display_name, read_input
from theralogic_cli.shell_completion import complete_case, complete_file
from theralogic_cli.workspace import Workspace, faults_in_words, pass_workspace

if TYPE_CHECKING:
    from theralogic.model.records import Case
    from theralogic.model.result import Result
    from theralogic.verify import Unchecked, Verdict

FORM = "the form: every field of the schema and no other, texts without hidden characters"


@click.command("verify", cls=Command)
@click.argument("result", shell_complete=complete_file)
@click.option(
    "--case", metavar="CASE", shell_complete=complete_case, help="The case (an id or a path) it must be about."
)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, result: str, case: str | None) -> None:
    """Check the saved RESULT (JSON, - for stdin) against the rule base, step by step, without an engine.

    A result of a known case is compared with the whole of it: the one that CASE names, or else the one of that id among
    the shipped cases or those beside the rules. Of any other case what went in is taken as stated. What was checked and
    what could not be is told. Exit code 4 where something does not hold, 3 where it is not a result.

    \b
    Examples:
      theralogic evaluate ra-tocilizumab --format json | theralogic verify -
      theralogic verify result.json
      theralogic verify result.json --case my-case.yaml
    """
    from theralogic.model.errors import MOST_PROBLEMS
    from theralogic.verify import judge, read_result

    rules = workspace.rules
    verdicts: list[tuple[str, Verdict]] = []
    left = MOST_PROBLEMS
    for one in read_result(read_input(result), display_name(result)):
        about = workspace.case(case) if case else _known_case(workspace, one)
        verdict = judge(rules, one, case=about, as_asked=False, most=left)
        left -= len(verdict.faults)
        if about:
            verdict = _as_expected(about, one, verdict)
        verdicts.append((one.case.get("id", ""), verdict._replace(checked=(FORM, *verdict.checked))))
    workspace.emit(text=lambda: "\n".join(_lines(verdicts)), json=lambda: _data(verdicts))
    if not all(verdict.holds for _, verdict in verdicts):
        stop(Exit.NOT_MET)


def _known_case(workspace: Workspace, result: Result) -> Case | None:
    """The case by the id that a result names, however that is written, where it is at hand."""
    from theralogic.model.names import fold

    wanted = fold(result.case.get("id", ""))
    known = next((name for name in workspace.case_files if fold(name) == wanted), None)
    return workspace.case(known) if known else None


def _as_expected(case: Case, result: Result, verdict: Verdict) -> Verdict:
    """The verdict with what the case expects of its result, where the result is whole and holds."""
    from theralogic.model.records import BASE_ARM
    from theralogic.render.expectations import unmet_text
    from theralogic.results.expectations import check
    from theralogic.verify import Fault, Unchecked

    arms = {BASE_ARM: result.answers} | {name: arm.answers for name, arm in result.arms.items()}
    if not verdict.holds or {arm.id for arm in case.arms} != set(arms) or result.context.by is not None:
        left = (Unchecked((), "what the case expects of its result"),) if case.expect else ()
        return verdict._replace(unchecked=(*verdict.unchecked, *left))
    # Without an answer there is no reason to compare with the one that is expected.
    claims = [c for c in case.expect if not c.because or any(a.entity == c.entity for a in arms[c.arm])]
    unmet = check(case._replace(expect=tuple(claims)), result)
    faults = tuple(Fault("not-as-expected", "case", unmet_text(one)) for one in unmet)
    told = f"{len(claims)} of {count(len(case.expect), 'expectation')} of the case"
    return verdict._replace(faults=faults, checked=(*verdict.checked, told))


def _data(verdicts: list[tuple[str, Verdict]]) -> dict[str, Any]:
    """The verdicts as plain data."""
    results = [
        {
            "case": name,
            "holds": verdict.holds,
            "faults": [{"code": f.code, "where": f.where, "message": f.message} for f in verdict.faults],
            "more_faults": verdict.more,
            "checked": list(verdict.checked),
            "not_checked": [{"where": list(u.where), "message": u.message} for u in verdict.unchecked],
        }
        for name, verdict in verdicts
    ]
    return {"holds": all(verdict.holds for _, verdict in verdicts), "results": results}


def _lines(verdicts: list[tuple[str, Verdict]]) -> list[str]:
    """The verdicts as text, each under the name of its case where there are several."""
    lines: list[str] = []
    for name, verdict in verdicts:
        if len(verdicts) > 1:
            lines += [*([""] if lines else []), f"{name[:80]}:"]
        lines += [headline(verdict)] if verdict.holds else faults_in_words(verdict)
        lines += ["", "checked:", *(f"  {text}" for text in verdict.checked)]
        lines += ["", "not checked, taken as stated:", *map(_left, verdict.unchecked)]
    return lines


def headline(verdict: Verdict) -> str:
    """Whether all holds, or all that could be checked; which engine it was never can be, and does not matter."""
    return "every step holds" + (", as far as it could be checked" if len(verdict.unchecked) > 1 else "")


def _left(unchecked: Unchecked) -> str:
    places = f" ({', '.join(unchecked.where)})" if unchecked.where else ""
    return f"  {unchecked.message}{places}"
