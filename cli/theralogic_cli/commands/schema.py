"""``theralogic schema``."""

from __future__ import annotations

import click

from theralogic_cli.output import as_json, write_output
from theralogic_cli.session import common


@click.command("schema")
@click.argument("what", type=click.Choice(["rules", "case", "result"]))
@common(formats=("json",), engine=False)
def command(what: str, output_format: str, kb: str | None, output: str | None) -> None:
    """JSON Schema of rule files, of a case, or of a result, for editors and programs.

    \b
    Examples:
      theralogic schema case -o case.schema.json
      theralogic schema result
    """
    from theralogic.files.jsonschema import schema_of

    write_output(as_json(schema_of(what)), output)
