"""``theralogic cases new``."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.options import kb_option
from theralogic_cli.output import log, write_output
from theralogic_cli.shell_completion import complete_file
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("new", cls=Command)
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
@pass_workspace
def command(workspace: Workspace, id: str, disease: str, give: tuple[str, ...], output: str | None) -> None:
    """Start a case file that is complete and passes, to be edited.

    \b
    Example:
      theralogic cases new my-case --disease "rheumatoid arthritis" --give tocilizumab -o -
    """
    from theralogic.reasoning.engines import engine_named
    from theralogic.render.case_template import template

    text = template(workspace.rules, id, disease, give, engine_named("reference"))
    target = output or f"{id}.yaml"
    if target != "-" and Path(target).exists():
        raise click.UsageError(f"`{target}` exists already; name another file with -o")
    write_output(text, target)
    if target != "-":
        log(f"wrote {target}; next: theralogic test {target}")
