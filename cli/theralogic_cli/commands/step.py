"""``theralogic step``."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import TYPE_CHECKING

import click

from theralogic_cli.command import Command
from theralogic_cli.options import arm_option, common_options
from theralogic_cli.output import echo, width
from theralogic_cli.shell_completion import complete_case, complete_name
from theralogic_cli.workspace import Workspace, arm_named, pass_workspace

if TYPE_CHECKING:
    from theralogic.render.stepper import Firing
    from theralogic.results.arm_view import ArmView


@click.command("step", cls=Command)
@click.argument("case", shell_complete=complete_case)
@click.argument("entity", required=False, shell_complete=complete_name("entity"))
@click.option("--all", "everything", is_flag=True, help="Every firing, not only those that lead to what is asked.")
@click.option("--no-input", is_flag=True, help="Ask nothing: show one firing after the other.")
@arm_option
@common_options()
@pass_workspace
def command(
    workspace: Workspace,
    case: str,
    entity: str | None,
    everything: bool,
    no_input: bool,
    arm: str,
) -> None:
    """One firing at a time: what fires, why, and what else could have; towards what CASE asks, or one ENTITY.

    At each firing type next (or nothing), why, else, back, a number, or quit; the first letter is enough. Without a
    terminal the lines of stdin are taken instead.

    \b
    Examples:
      theralogic step ra-tocilizumab CRP
      printf 'why\\nnext\\nelse\\n' | theralogic step ra-tocilizumab CRP
      theralogic step ra-tocilizumab --no-input
    """
    from theralogic.model.names import find
    from theralogic.render.arm_sentences import title
    from theralogic.render.stepper import as_data, firings
    from theralogic.render.text import headed
    from theralogic.results.arm_view import arm_view
    from theralogic.results.questions import worth_asking

    rules, opened = workspace.rules, workspace.case(case)
    result = workspace.solve(opened)
    wanted = (find(rules, "entity", entity),) if entity else opened.ask or worth_asking(rules, opened, result)
    view = arm_view(rules, result, arm_named(opened, arm).id)
    shown = firings(view, None if everything else wanted)
    if workspace.format == "json":
        workspace.emit(json=lambda: {"firings": as_data(view, shown), "disclaimer": result.disclaimer})
        return
    quiet = no_input or workspace.output is not None
    lines: list[str] = []
    log = lines.append if quiet else echo
    log("\n".join([*headed(title(view), width()), ""]))
    for line in _played(view, shown, repeat("next") if quiet else _asked(sys.stdin.isatty())):
        log(line)
    log("\n" + "\n".join(textwrap.wrap(result.disclaimer, width())))
    if quiet:
        workspace.write("\n".join(lines))


def _asked(live: bool) -> Iterator[str]:
    """What is typed, until the end of input; what came without a terminal is shown, so that a transcript reads."""
    while True:
        if live:
            try:
                yield str(click.prompt("\nnext, why, else, back, quit", default="next", show_default=False))
            except click.Abort:
                return
        else:
            line = sys.stdin.readline()
            if not line:
                return
            echo(f"\n> {line.strip()}")
            yield line


def _played(arm: ArmView, shown: list[Firing], asked: Iterable[str]) -> Iterator[str]:
    """The lines that answer what is asked, up to the end of either."""
    from theralogic.render.stepper import COMMANDS, elsewise, told, why

    if not shown:
        yield "Nothing that is asked changes. See `theralogic why-not`."
        return
    numbers = {f.change.entity: f.number for f in shown}
    at = 0
    yield from _block(told(arm, shown[0], len(shown)), "")
    for typed in asked:
        word = typed.strip().casefold() or "next"
        name = next((c for c in COMMANDS if c.startswith(word)), None)
        if word.isdigit() and 1 <= int(word) <= len(shown):
            at = int(word) - 1
        elif name == "next" and at + 1 < len(shown):
            at += 1
        elif name == "back" and at:
            at -= 1
        elif name == "why":
            yield from _block(why(arm, shown[at], numbers), "    ")
            continue
        elif name == "else":
            yield from _block(elsewise(arm, shown[at]), "    ")
            continue
        elif name == "quit" or (name == "next" and at + 1 == len(shown)):
            return
        else:
            told_ = "this is the first" if name == "back" else ", ".join(f"{c}: {w}" for c, w in COMMANDS.items())
            yield from _block([told_], "    ")
            continue
        yield from ("", *_block(told(arm, shown[at], len(shown)), ""))


def _block(lines: list[str], indent: str) -> Iterator[str]:
    for number, line in enumerate(lines):
        first = indent if indent or not number else "        "
        yield from textwrap.wrap(line, width(), initial_indent=first, subsequent_indent=f"{indent or '    '}    ") or [
            ""
        ]
