"""A command that takes each value once and none that is empty, so that nothing a user wrote is passed over in silence.

Of an option that is given twice click takes the last; and an empty value, as of a shell variable that is not set,
would often mean the same as none.
"""

from __future__ import annotations

from collections.abc import Iterator

import click


class Command(click.Command):
    """The class of every command: ``@click.command("name", cls=Command)``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:  # which is how the shell asks what may come next
            self._refuse_careless(ctx, list(args))
        return super().parse_args(ctx, args)

    def _refuse_careless(self, ctx: click.Context, args: list[str]) -> None:
        values, _, given = self.make_parser(ctx).parse_args(args)
        if any(param.is_eager for param in given):  # asks for help
            return
        wrong = [*_given_twice(given), *_empty(given, values)]
        if wrong:
            ctx.fail("; ".join(wrong))


def _given_twice(given: list[click.Parameter]) -> Iterator[str]:
    for param in dict.fromkeys(given):
        times = given.count(param)
        if isinstance(param, click.Option) and times > 1 and not (param.multiple or param.is_flag):
            yield f"`{_shown(param)}` is given {'twice' if times == 2 else f'{times} times'}, but takes one value"


def _empty(given: list[click.Parameter], values: dict[str, object]) -> Iterator[str]:
    for param in dict.fromkeys(given):
        value = values.get(param.name or "")
        if value == "" or (isinstance(value, (list, tuple)) and "" in value):
            leave_out = "" if param.required else ", or leave it out"
            yield f"`{_shown(param)}` is empty: write a value{leave_out}"


def _shown(param: click.Parameter) -> str:
    """An option as it is written in full, an argument as the help calls it."""
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.human_readable_name.strip("[].")
