"""Groups whose commands live one to a module and are imported only when used, because start-up is most of a run."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Any

import click


class LazyGroup(click.Group):
    """The commands of ``package``: each is called ``command`` in the module of its name."""

    def __init__(self, *args: Any, package: str, commands: Sequence[str], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._package = package
        self._names = list(commands)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._names

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._names:
            return None
        command: click.Command = import_module(f"{self._package}.{_module_of(cmd_name)}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self._names and not args[0].startswith("-"):
            from theralogic.model.errors import did_you_mean

            ctx.fail(f"No such command `{args[0][:80]}`: {did_you_mean(args[0], self._names) or 'see --help'}")
        return super().resolve_command(ctx, args)

    def summary(self, ctx: click.Context, name: str) -> str:
        """What the help of the group says of a command: what its own help says first."""
        command = self.get_command(ctx, name)
        assert command is not None
        return command.get_short_help_str(limit=400)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summary(ctx, name)) for name in self.list_commands(ctx)])


def _module_of(name: str) -> str:
    """A module can't be named by a word of Python, as `import` is, and gets an underscore behind it."""
    return f"{name}_" if iskeyword(name) else name.replace("-", "_")
