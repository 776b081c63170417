"""``theralogic rules``: one subcommand each way of looking at the rule base."""

from __future__ import annotations

import click

from theralogic_cli.groups import LazyGroup


@click.group(
    "rules",
    cls=LazyGroup,
    package=__name__,
    commands=("ask", "check", "compile", "graph", "import", "list", "schema", "search", "show"),
)
def command() -> None:
    """List, show, search, check and draw the rule base.

    \b
    Examples:
      theralogic rules check
      theralogic rules show hepatocyte-stat3-induces-crp
      theralogic rules search "IL-6"
    """
