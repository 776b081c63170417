"""``theralogic cases``: list, show, check and start cases."""

from __future__ import annotations

import click

from theralogic_cli.groups import LazyGroup


@click.group("cases", cls=LazyGroup, package=__name__, commands=("check", "list", "new", "show"))
def command() -> None:
    """List, show, check and start cases.

    \b
    Examples:
      theralogic cases list
      theralogic cases new my-case --disease "rheumatoid arthritis" --give tocilizumab
      theralogic cases check my-case.yaml
    """
