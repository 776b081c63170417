"""All commands, and the door that every run comes through."""

from __future__ import annotations

import gc
import sys

import click

from theralogic_cli.exits import Exit, report
from theralogic_cli.groups import LazyGroup

COMMANDS = {
    "evaluate": "predicted effects of each case, asked entities first",
    "explain": "the chain behind each predicted effect, step by step",
    "step": "one firing at a time: what fires, why, what else could have",
    "why-not": "what stops an effect, nearest first, and what would let it through",
    "what-if": "the same patient with other drugs, doses or findings",
    "compare": "two cases, or two drugs in one disease, side by side",
    "predict": "a prediction without a case file",
    "timeline": "what happens within minutes, hours, days and weeks",
    "graph": "the derivation as a graph: SVG, and the formats of other programs",
    "report": "one page to mail, project or print: effects, chains, arms, time, evidence",
    "teach": "a lesson on a case: predict, explain, be graded, see it",
    "course": "eight lessons in order: list, show and play them",
    "serve": "cases, course and rules in the browser, on this computer",
    "quiz": "exercises made from cases, and the grading of a class",
    "rules": "list, show, search, check and draw the rule base",
    "cases": "list, show, check and start cases",
    "test": "expectations of cases as tests",
    "score": "predictions against a table of observed outcomes or readouts",
    "cohort": "many hypothetical patients at once",
    "screen": "every drug and pair in one patient: what the rules imply, ranked",
    "verify": "check a saved result again, without an engine",
    "schema": "JSON Schema of rules, cases and results",
    "doctor": "versions, engine, rule base, and how to mend what is wrong",
    "completion": "shell completion for bash, zsh or fish",
}


class Commands(LazyGroup):
    """All commands; `--help` takes what each does from the table, so that it does not import them."""

    def summary(self, ctx: click.Context, name: str) -> str:
        return COMMANDS[name]


def version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    """Print the version and stop."""
    if value:
        from importlib.metadata import version as installed

        click.echo(f"theralogic {installed('theralogic')}")
        ctx.exit(0)


@click.command(
    cls=Commands,
    package="theralogic_cli.commands",
    commands=tuple(COMMANDS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 ok, 1 internal, 2 usage, 3 invalid rules or case, 4 expectation not met, 5 not found, "
    "130 interrupted.",
)
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=version, help="Show the version.")
def cli() -> None:
    """Reason about how therapies work: rules and a hypothetical patient in, explained predictions out.

    For teaching and thinking with hypothetical cases. It never advises on treatment.

    \b
    Examples:
      theralogic explain ra-tocilizumab
      theralogic predict "rheumatoid arthritis" tocilizumab --ask CRP
      theralogic rules search IL-6
    """


def main() -> None:
    """Run the command line; every error becomes a message and an exit code, never a traceback."""
    gc.set_threshold(100_000)  # reading rules makes many objects and no cycles; collecting among them is a third of it
    try:
        code = cli.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except SystemExit:
        raise
    except BaseException as error:
        sys.exit(int(report(error)))


if __name__ == "__main__":
    main()


__all__ = ["Exit", "cli", "main"]
