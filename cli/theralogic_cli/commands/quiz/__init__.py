"""``theralogic quiz``: exercises made from cases, and the grading of a class."""

from __future__ import annotations

import click

from theralogic_cli.groups import LazyGroup


@click.group("quiz", cls=LazyGroup, package=__name__, commands=("grade", "kinds", "make"))
def command() -> None:
    """Make exercises from cases, and grade a class.

    \b
    Examples:
      theralogic quiz make psoriasis-secukinumab crohn-secukinumab --format moodle -o quiz.xml
      theralogic quiz grade answers.csv --quiz quiz.json
    """
