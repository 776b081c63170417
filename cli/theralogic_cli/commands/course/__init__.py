"""``theralogic course``: eight lessons in order."""

from __future__ import annotations

import click

from theralogic_cli.groups import LazyGroup


@click.group("course", cls=LazyGroup, package=__name__, commands=("export", "list", "run", "show"))
def command() -> None:
    """Eight lessons, from "no receptor, no message" to why the same drug helps the skin and harms the gut.

    \b
    Examples:
      theralogic course list
      theralogic course run 1
      theralogic course export my-course
    """
