"""``theralogic rules search``."""

from __future__ import annotations

import click

from theralogic_cli.command import Command
from theralogic_cli.options import common_options
from theralogic_cli.output import log
from theralogic_cli.workspace import Workspace, pass_workspace


@click.command("search", cls=Command)
@click.argument("text")
@common_options(engine=False)
@pass_workspace
def command(workspace: Workspace, text: str) -> None:
    """Everything that mentions TEXT: by name, alias, identifier, evidence, drug or disease.

    \b
    Examples:
      theralogic rules search "IL-6"
      theralogic rules search PMID:21296109
    """
    from theralogic.model.names import SEARCH, suggest_name
    from theralogic.model.search import search
    from theralogic.render.phrases import columns

    rules = workspace.rules
    if not text.strip():
        raise click.UsageError("say what to look for")
    hits = search(rules, text)
    if not hits:
        help = suggest_name(rules, text, "disease", "intervention", "entity")
        nothing = "the rules do not know it; see what they know with `theralogic rules list KIND`"
        log(nothing if help == SEARCH else help)
    table = columns([(hit.kind, hit.id, hit.title, f"({hit.found_in})") for hit in hits], indent="")
    workspace.emit(text=lambda: "\n".join([*table, f"{len(hits)} found"]), json=lambda: [hit._asdict() for hit in hits])
