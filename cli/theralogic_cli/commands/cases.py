"""``theralogic cases``: list, show, check and start cases."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.exits import Exit
from theralogic_cli.output import as_json, log, write_output
from theralogic_cli.session import (
    Subcommands,
    common,
    complete_case,
    complete_file,
    count,
    kb_option,
    open_case,
    open_cases,
    open_kb,
    width,
)


@click.group("cases", cls=Subcommands)
def command() -> None:
    """List, show, check and start cases.

    \b
    Examples:
      theralogic cases list
      theralogic cases new my-case --disease "rheumatoid arthritis" --give tocilizumab
      theralogic cases check my-case.yaml
    """


@command.command("list")
@common(engine=False)
def list_cases(output_format: str, kb: str | None, output: str | None) -> None:
    """The cases that can be named by id.

    \b
    Example:
      theralogic cases list
    """
    from theralogic.files.locations import case_names
    from theralogic.render.phrases import columns

    rules = open_kb(kb)
    cases = [open_case(rules, name, kb) for name in case_names(Path(kb) if kb else None)]
    if output_format == "json":
        write_output(as_json([{"id": c.id, "title": c.title, "expectations": len(c.expect)} for c in cases]), output)
    else:
        write_output("\n".join([*columns([(c.id, c.title) for c in cases], indent=""), f"{len(cases)} cases"]), output)


@command.command("show")
@click.argument("case", shell_complete=complete_case)
@common(engine=False)
def show(case: str, output_format: str, kb: str | None, output: str | None) -> None:
    """The card of a case: patient, what is given, what is asked, what it teaches.

    \b
    Example:
      theralogic cases show ra-tocilizumab
    """
    from theralogic.render.case_card import card, card_json

    rules = open_kb(kb)
    opened = open_case(rules, case, kb)
    write_output(as_json(card_json(rules, opened)) if output_format == "json" else card(rules, opened, width()), output)


@command.command("check")
@click.argument("cases", nargs=-1, shell_complete=complete_case)
@common(engine=False)
@click.pass_context
def check(ctx: click.Context, cases: tuple[str, ...], output_format: str, kb: str | None, output: str | None) -> None:
    """Read CASES (or all there are) and report everything that is wrong, all at once. Exit code 3 if anything is.

    \b
    Example:
      theralogic cases check my-case.yaml
    """
    from theralogic.files.locations import case_names
    from theralogic.model.errors import NotFoundError

    rules = open_kb(kb)
    names = cases or tuple(case_names(Path(kb) if kb else None))
    _, wrong = open_cases(rules, names, kb)
    problems = wrong.problems if wrong else ()
    if output_format == "json":
        write_output(as_json([_problem(p) for p in problems]), output)
    else:
        missing = [p for p in problems if p.code == "unknown-case"]
        for problem in missing:
            log(str(problem))
        total = f"{count(len(names), 'case')} read, {count(len(problems), 'problem')}"
        write_output("\n".join([*(str(p) for p in problems if p not in missing), total]), output)
    if wrong:
        ctx.exit(Exit.NOT_FOUND if isinstance(wrong, NotFoundError) else Exit.INVALID)


def _problem(problem: object) -> dict[str, object]:
    from theralogic.model.errors import Problem

    assert isinstance(problem, Problem)
    where = problem.where
    return {
        "code": problem.code,
        "message": problem.message,
        "file": where.file if where else None,
        "line": where.line if where else None,
        "col": where.col if where else None,
        "help": problem.help,
    }


@command.command("new")
@click.argument("id")
@click.option("--disease", required=True, metavar="D", help="Disease, by any of its names.")
@click.option("--give", multiple=True, metavar="DRUG", help="Intervention to give.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=complete_file,
    help="Default: ID.yaml; - for stdout. An existing file is not replaced.",
)
@kb_option
def new(id: str, disease: str, give: tuple[str, ...], output: str | None, kb: str | None) -> None:
    """Start a case file that is complete and passes, to be edited.

    \b
    Example:
      theralogic cases new my-case --disease "rheumatoid arthritis" --give tocilizumab -o -
    """
    from theralogic.reasoning.engines import engine_named
    from theralogic.render.case_template import template

    rules = open_kb(kb)
    text = template(rules, id, disease, give, engine_named("reference"))
    target = output or f"{id}.yaml"
    if target != "-" and Path(target).exists():
        raise click.UsageError(f"`{target}` exists already; name another file with -o")
    write_output(text, target)
    if target != "-":
        log(f"wrote {target}; next: theralogic test {target}")
