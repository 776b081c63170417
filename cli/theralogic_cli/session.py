"""What every command shares: its options, and opening the rule base, an engine and cases by name or path."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from theralogic.model.errors import TheralogicError
    from theralogic.model.records import Case, KnowledgeBase
    from theralogic.model.result import Result
    from theralogic.reasoning.evaluate import Engine
    from theralogic.verify import Fault

F = TypeVar("F", bound=Callable[..., Any])


def complete_file(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shell completion of files; the shell knows best which there are."""
    return [CompletionItem(incomplete, type="file")]


def complete_folder(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shell completion of folders."""
    return [CompletionItem(incomplete, type="dir")]


def complete_case(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Shell completion of case ids, and of files, since a case may be a path."""
    from theralogic.files.locations import case_names

    root = ctx.params.get("kb")
    names = [name for name in case_names(Path(root) if root else None) if name.startswith(incomplete)]
    return [*map(CompletionItem, names), *complete_file(ctx, param, incomplete)]


def complete_name(kind: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Shell completion of ids of entities, diseases or interventions."""

    def complete(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
        root = ctx.params.get("kb")
        ids = set(open_kb(root).names[kind].values())
        return sorted(i for i in ids if i.casefold().startswith(incomplete.casefold()))

    return complete


def _ascii(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        from theralogic_cli.output import ASCII

        ctx.meta[ASCII] = True


kb_option = click.option(
    "--kb", metavar="DIR", shell_complete=complete_folder, help="Folder that holds `rules/` and perhaps `cases/`."
)
engine_option = click.option(
    "--engine", type=click.Choice(["durable", "reference"]), help="Default: durable where it runs."
)


def common(
    *, formats: tuple[str, ...] = ("text", "json"), kb: bool = True, engine: bool = True, output: bool = True
) -> Callable[[F], F]:
    """The options that every command takes where it can: ``--format``, ``--kb``, ``--engine``, ``--ascii``, ``-o``."""

    def decorate(function: F) -> F:
        options = [
            click.option("--format", "output_format", type=click.Choice(formats), default=formats[0], show_default=True)
        ]
        options += [kb_option] if kb else []
        options += [engine_option] if engine else []
        help = "Keep to ASCII, with symbols spelt out."
        options.append(click.option("--ascii", is_flag=True, expose_value=False, callback=_ascii, help=help))
        if output:
            options.append(
                click.option(
                    "-o",
                    "--output",
                    metavar="FILE",
                    shell_complete=complete_file,
                    help="Write there instead of stdout.",
                )
            )
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


class Subcommands(click.Group):
    """A group whose help says of each command what its own help says first, on as many lines as that takes."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            assert command is not None
            rows.append((name, command.get_short_help_str(limit=400)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


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


def open_kb(root: str | None) -> KnowledgeBase:
    """The rule base under ``root``, or the shipped one."""
    from theralogic.files.locations import load_kb

    return load_kb(Path(root) if root else None)


def open_engine(name: str | None) -> Engine:
    """The engine called ``name``, or the default one."""
    from theralogic.reasoning.engines import engine_named

    return engine_named(name)


def open_case(kb: KnowledgeBase, name: str, root: str | None) -> Case:
    """A case by path, by id among the cases of ``root`` (or the shipped ones), or ``-`` for stdin."""
    from theralogic.files.locations import case_names, load_case, read_named_case
    from theralogic.model.errors import NotFoundError, did_you_mean
    from theralogic_cli.output import read_input

    if name == "-":
        return load_case(read_input("-"), "<stdin>", kb)
    known = case_names(Path(root) if root else None)
    if name in known:
        text = read_named_case(known[name], Path(root) if root else None)
        return load_case(text, f"cases/{known[name].name}", kb)
    if os.path.isfile(name) or "/" in name or name.endswith((".yaml", ".yml")):
        if not os.path.exists(name):  # unlike Path.exists, no error for what no file system takes as a name
            raise NotFoundError("unknown-case", f"no case file `{name[:200]}`", help="check the path")
        return load_case(read_input(name), name, kb)
    here = next((name + end for end in (".yaml", ".yml") if os.path.isfile(name + end)), None)
    hint = f"for the file here write `{here}`" if here else did_you_mean(name, known) or "see `theralogic cases list`"
    raise NotFoundError("unknown-case", f"unknown case `{name[:80]}`", help=hint)


def open_cases(kb: KnowledgeBase, names: Iterable[str], root: str | None) -> tuple[list[Case], TheralogicError | None]:
    """Every case that can be read, and all that is wrong with the others as one error."""
    from theralogic.model.errors import InvalidInputError, NotFoundError, Problem

    cases: list[Case] = []
    wrong: dict[type[TheralogicError], list[Problem]] = {InvalidInputError: [], NotFoundError: []}
    for name in names:
        try:
            cases.append(open_case(kb, name, root))
        except (InvalidInputError, NotFoundError) as error:
            wrong[NotFoundError if isinstance(error, NotFoundError) else InvalidInputError].extend(error.problems)
    problems = [problem for group in wrong.values() for problem in group]
    kind = InvalidInputError if wrong[InvalidInputError] else NotFoundError
    return cases, kind.of(problems) if problems else None


ONSET_CHOICES = ("minutes", "hours", "days", "weeks")
by_option = click.option("--by", type=click.Choice(ONSET_CHOICES), help="Keep only mechanisms at least that fast.")


arm_option = click.option("--arm", default="treated", show_default=True, help="Arm of the case to ask about.")


def known_arm(arms: Iterable[str], arm: str) -> str:
    """``arm`` where the case has it; raises :class:`NotFoundError` (``unknown-arm``)."""
    from theralogic.model.errors import NotFoundError, did_you_mean

    known = list(arms)
    if arm not in known:
        help = did_you_mean(arm, known) or f"arms are {', '.join(known)}"
        raise NotFoundError("unknown-arm", f"unknown arm `{arm[:80]}`", help=help)
    return arm


def by_rank(by: str | None) -> int:
    """Rank of an onset word; -1 where none is asked."""
    return ONSET_CHOICES.index(by) if by else -1


verify_option = click.option(
    "--verify", "check", is_flag=True, help="First check every step again, without an engine; exit code 4 if one fails."
)


def must_hold(rules: KnowledgeBase, case: Case, result: Result, by: int) -> None:
    """Check a fresh result against its case; one that does not hold is not shown, its faults are."""
    from theralogic.verify import verify
    from theralogic_cli.exits import Exit
    from theralogic_cli.output import log

    faults = verify(rules, result, case=case, by=by)
    if faults:
        log("\n".join(faults_in_words(faults)))
        raise click.exceptions.Exit(Exit.NOT_MET)
    log(f"verified: every step of `{case.id}` holds")


def faults_in_words(faults: list[Fault]) -> list[str]:
    """One line a fault, and how many there are."""
    return [*(f"{f.where}: {f.message} [{f.code}]" for f in faults), count(len(faults), "fault")]


def count(number: int, what: str) -> str:
    """``1 fault``, ``2 faults``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def width() -> int:
    """Width of text output: the terminal's, at most 100 columns."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        columns = 100
    return max(40, min(columns, 100))
