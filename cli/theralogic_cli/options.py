"""Options and arguments that several commands take: each is declared here once.

Those that every command takes are kept in its workspace; the others are handed to the command as its arguments.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from theralogic_cli.output import ASCII
from theralogic_cli.shell_completion import complete_file, complete_folder
from theralogic_cli.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])

ONSET_CHOICES = ("minutes", "hours", "days", "weeks")


def _kept(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    """Keep the value in the workspace, in the attribute of the name of the option."""
    workspace = ctx.ensure_object(Workspace)
    assert param.name is not None
    assert param.name in vars(workspace), f"Workspace has no attribute `{param.name}`"
    setattr(workspace, param.name, value)


def _ascii(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[ASCII] = True


def _rank(_ctx: click.Context, _param: click.Parameter, value: str | None) -> int:
    """Rank of an onset word; -1 where none is asked."""
    return ONSET_CHOICES.index(value) if value else -1


# -- in the workspace ---------------------------------------------------------------------------------------

kb_option = click.option(
    "--kb",
    metavar="DIR",
    shell_complete=complete_folder,
    expose_value=False,
    callback=_kept,
    help="Folder that holds `rules/` and perhaps `cases/`.",
)
engine_option = click.option(
    "--engine",
    "engine_name",
    type=click.Choice(["durable", "reference"]),
    expose_value=False,
    callback=_kept,
    help="Default: durable where it runs.",
)
ascii_option = click.option(
    "--ascii", is_flag=True, expose_value=False, callback=_ascii, help="Keep to ASCII, with symbols spelt out."
)
output_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    shell_complete=complete_file,
    expose_value=False,
    callback=_kept,
    help="Write there instead of stdout.",
)


def format_option(*formats: str) -> Callable[[F], F]:
    """``--format`` with its choices; the first is the default."""
    return click.option(
        "--format",
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        expose_value=False,
        callback=_kept,
    )


def common_options(*formats: str, kb: bool = True, engine: bool = True, output: bool = True) -> Callable[[F], F]:
    """The options that every command takes where it can: ``--format``, ``--kb``, ``--engine``, ``--ascii``, ``-o``."""
    wanted = (
        (True, format_option(*(formats or ("text", "json")))),
        (kb, kb_option),
        (engine, engine_option),
        (True, ascii_option),
        (output, output_option),
    )

    def decorate(function: F) -> F:
        for takes, option in reversed(wanted):
            function = option(function) if takes else function
        return function

    return decorate


# -- handed to the command ----------------------------------------------------------------------------------

arm_option = click.option("--arm", default="treated", show_default=True, help="Arm of the case to ask about.")
by_option = click.option(
    "--by", type=click.Choice(ONSET_CHOICES), callback=_rank, help="Keep only mechanisms at least that fast."
)
verify_option = click.option(
    "--verify", "check", is_flag=True, help="First check every step again, without an engine; exit code 4 if one fails."
)
levels_option = click.option(
    "--set", "levels", multiple=True, metavar="ENTITY=LEVEL", help="absent, low, normal, elevated or high."
)
doses_option = click.option(
    "--dose", "doses", multiple=True, metavar="DRUG=DOSE", help="Give it at this dose, such as low."
)
lesson_seed_option = click.option(
    "--seed", type=int, default=0, show_default=True, help="Order of questions, and which what-if is asked."
)
answers_option = click.option(
    "--answers",
    metavar="FILE",
    shell_complete=complete_file,
    help="Take the learner's answers from a YAML or JSON file.",
)
no_questions_option = click.option("--no-input", is_flag=True, help="Ask nothing: show the lesson with its answers.")
export_option = click.option(
    "--export",
    metavar="FILE",
    shell_complete=complete_file,
    help="Write the lesson as one HTML page that grades by itself, and stop.",
)


class Existing(click.Path):
    """A file or ``folder`` that has to be there, refused in the words and with the exit code of any other name."""

    def __init__(self, *, folder: bool = False) -> None:
        super().__init__(file_okay=not folder, dir_okay=folder)
        self.folder = folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from theralogic.model.errors import InvalidInputError, NotFoundError, Where

        where = Where(os.fspath(value))
        if not os.path.exists(value):
            kind = "folder" if self.folder else "file"
            raise NotFoundError("no-file", f"there is no such {kind}", where=where, help="check the path")
        if not self.folder and not os.path.isfile(value):
            raise InvalidInputError("not-a-file", "this is not a regular file", where=where, help="name a file")
        return value
