"""``theralogic completion``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.output import write_output


@click.command("completion", cls=Command)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Shell completion; put the output where your shell reads it.

    \b
    Examples:
      theralogic completion bash > ~/.local/share/bash-completion/completions/theralogic
      theralogic completion fish > ~/.config/fish/completions/theralogic.fish
    """
    from click.shell_completion import get_completion_class

    from theralogic_cli.main import cli

    kind = get_completion_class(shell)
    assert kind is not None
    write_output(kind(cli, {}, "theralogic", "_THERALOGIC_COMPLETE").source(), None)
