"""``theralogic rules import``."""

from __future__ import annotations

from pathlib import Path

import click

from theralogic_cli.command import Command
from theralogic_cli.output import log, read_input


@click.command("import", cls=Command)
@click.argument("model")
@click.option("-o", "--output", required=True, metavar="DIR", help="A new folder, for `--kb DIR`.")
@click.option("--on", multiple=True, metavar="NODE", help="Start with this node on; the others start off.")
@click.option(
    "--id", "name", default="", metavar="NAME", help="What to call the state of rest. Default: the file's name."
)
@click.option("--cite", default="", metavar="CURIE", help="The publication, such as PMID:21296109.")
def command(model: str, output: str, on: tuple[str, ...], name: str, cite: str) -> None:
    """Rules from MODEL, a published logical model (`.bnet`), with its state of rest as a disease.

    Nodes become entities, each AND a complex with negated members, and any AND is enough. `NODE_off` and `NODE_on` are
    interventions. The model starts with the named nodes on and runs until it rests.

    \b
    Examples:
      theralogic rules import tcell.bnet --on TCR -o tcell
      theralogic predict tcell LCK_off --ask IL2 --kb tcell
    """
    from theralogic.interchange.logical_model import import_bnet

    made = import_bnet(read_input(model), model, Path(output), on=on, name=name, reference=cite)
    log(f"{output}: {made.nodes} nodes, {made.mechanisms} mechanisms, `{made.state}` has {made.on} nodes on")
