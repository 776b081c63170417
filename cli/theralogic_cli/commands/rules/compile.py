"""``theralogic rules compile``."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.extras import need_tables
from theralogic_cli.options import Existing
from theralogic_cli.output import log, new_file
from theralogic_cli.shell_completion import complete_file


@click.command("compile", cls=Command)
@click.argument("mechanisms", type=Existing())
@click.option("--gates", type=Existing(), help="Table with `complex` and `member`.")
@click.option(
    "-o", "--output", metavar="FILE", shell_complete=complete_file, required=True, help="The compiled rule base."
)
def command(mechanisms: str, gates: str | None, output: str) -> None:
    """Compile a large table of MECHANISMS (CSV or Parquet) that no hand wrote, for `rules ask`.

    Columns: `subject`, `relation`, `object`, and where wanted `strength` and `needs`. Entities are those that occur.

    \b
    Example:
      theralogic rules compile mechanisms.parquet --gates complexes.csv -o large.base
    """
    need_tables()
    from theralogic.interchange.large_base import compile_table

    base = compile_table(Path(mechanisms), Path(gates) if gates else None, new_file(output))
    log(f"{base.mechanisms:,} mechanisms among {base.entities:,} entities in {output}")
