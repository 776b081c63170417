"""``theralogic rules list``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("list", cls=Command)
@click.argument(
    "kind", required=False, type=click.Choice(["entity", "mechanism", "disease", "intervention", "caution", "pattern"])
)
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, kind: str | None) -> None:
    """Everything in the rule base, or everything of one KIND.

    \b
    Examples:
      theralogic rules list
      theralogic rules list intervention
      theralogic rules list pattern
    """
    from theralogic.model.search import Entry, inventory
    from theralogic.render.phrases import columns

    if kind == "pattern":
        from theralogic.teach.course_files import pattern_pages

        rows = [Entry("pattern", page.id, page.name) for page in pattern_pages()]
    else:
        rows = [row for row in inventory(workspace.rules) if kind in (None, row.kind)]
    table = columns([(row.kind, row.id, row.title) for row in rows], indent="")
    workspace.emit(
        text=lambda: "\n".join([*table, f"{len(rows)} in all"]), json=lambda: [row._asdict() for row in rows]
    )
