"""``theralogic rules schema``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("schema", cls=Command)
@common_options("json", engine=False)
@pass_workspace
def command(workspace: Workspace) -> None:
    """JSON Schema of the rule files; the same as `theralogic schema rules`.

    \b
    Example:
      theralogic rules schema -o rules.schema.json
    """
    from theralogic.files.jsonschema import schema_of

    workspace.emit(json=lambda: schema_of("rules"))
