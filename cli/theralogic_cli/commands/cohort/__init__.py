"""``theralogic cohort``: many hypothetical patients at once."""

from __future__ import annotations

import click

from theralogic_cli.groups import LazyGroup


@click.group("cohort", cls=LazyGroup, package=__name__, commands=("explain", "make", "run", "summary"))
def command() -> None:
    """Many hypothetical patients at once: run, make, summarise, and explain any one of them.

    \b
    Examples:
      theralogic cohort make cohort.yaml --patients 1000000 -o patients.parquet
      theralogic cohort run patients.parquet --give adalimumab --ask CRP -o result
      theralogic cohort summary result
      theralogic cohort explain result --patient 17
    """
