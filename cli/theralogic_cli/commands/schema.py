"""``theralogic schema``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("schema", cls=Command)
@click.argument("what", type=click.Choice(["rules", "case", "result"]))
@common_options("json", engine=False)
@pass_workspace
def command(workspace: Workspace, what: str) -> None:
    """JSON Schema of rule files, of a case, or of a result, for editors and programs.

    \b
    Examples:
      theralogic schema case -o case.schema.json
      theralogic schema result
    """
    from theralogic.files.jsonschema import schema_of

    workspace.emit(json=lambda: schema_of(what))
