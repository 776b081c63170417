"""``theralogic rules``: one subcommand each way of looking at the rule base."""

from __future__ import annotations

import click

from theralogic_cli.exits import Exit
from theralogic_cli.output import as_json, log, write_output
from theralogic_cli.session import Existing, Subcommands, common, complete_file, open_kb, width


def complete_anything(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion of everything that `rules show` shows: entities, drugs, diseases, mechanisms and cautions."""
    rules = open_kb(ctx.params.get("kb"))
    named = {*rules.entities, *rules.interventions, *rules.diseases}
    ids = named | {m.id for m in rules.mechanisms} | {c.id for c in rules.cautions}
    return sorted(i for i in ids if i.casefold().startswith(incomplete.casefold()))


@click.group("rules", cls=Subcommands)
def command() -> None:
    """List, show, search, check and draw the rule base.

    \b
    Examples:
      theralogic rules check
      theralogic rules show hepatocyte-stat3-induces-crp
      theralogic rules search "IL-6"
    """


@command.command("check")
@click.option("--strict", is_flag=True, help="Exit with 3 on warnings too.")
@click.option("--notes", is_flag=True, help="Show notes too, such as mechanisms that rest on one source.")
@common(engine=False)
@click.pass_context
def check_rules(
    ctx: click.Context, strict: bool, notes: bool, output_format: str, kb: str | None, output: str | None
) -> None:
    """Judge the rules: what can't hold, what contradicts, what leads nowhere, what nobody has shown.

    \b
    Examples:
      theralogic rules check
      theralogic rules check --kb my-rules --format json
    """
    from theralogic.check import check
    from theralogic.check.finding import SEVERITIES

    findings = check(open_kb(kb))
    count = {severity: sum(f.severity == severity for f in findings) for severity in SEVERITIES}
    if output_format == "json":
        write_output(as_json([f.as_json() for f in findings]), output)
    else:
        lines = [str(f) for f in findings if notes or f.severity != "note"]
        lines.append(", ".join(f"{n} {severity}{'' if n == 1 else 's'}" for severity, n in count.items()))
        write_output("\n".join(lines), output)
    if count["error"] or (strict and count["warning"]):
        ctx.exit(Exit.INVALID)


@command.command("list")
@click.argument(
    "kind", required=False, type=click.Choice(["entity", "mechanism", "disease", "intervention", "caution", "pattern"])
)
@common(engine=False)
def list_rules(kind: str | None, output_format: str, kb: str | None, output: str | None) -> None:
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
        rows = [row for row in inventory(open_kb(kb)) if kind in (None, row.kind)]
    if output_format == "json":
        write_output(as_json([row._asdict() for row in rows]), output)
    else:
        table = columns([(row.kind, row.id, row.title) for row in rows], indent="")
        write_output("\n".join([*table, f"{len(rows)} in all"]), output)


@command.command("show")
@click.argument("name", shell_complete=complete_anything)
@common(engine=False)
def show(name: str, output_format: str, kb: str | None, output: str | None) -> None:
    """One rule, entity, disease, drug, caution or pattern as a page: what, why, when not, who says so, what follows.

    \b
    Examples:
      theralogic rules show IL6_signalling
      theralogic rules show tocilizumab
      theralogic rules show releasing-a-brake
    """
    from theralogic.model.vocabulary import PATTERNS
    from theralogic.render.rule_page import page_of, record_of

    rules = open_kb(kb)
    if name.replace("-", "_").casefold() in PATTERNS:
        from theralogic.teach.course_files import pattern_page
        from theralogic.teach.course_text import pattern_json, pattern_text

        page = pattern_page(name)
        write_output(
            as_json(pattern_json(page)) if output_format == "json" else pattern_text(rules, page, width()), output
        )
        return
    write_output(as_json(record_of(rules, name)) if output_format == "json" else page_of(rules, name, width()), output)


@command.command("search")
@click.argument("text")
@common(engine=False)
def search_rules(text: str, output_format: str, kb: str | None, output: str | None) -> None:
    """Everything that mentions TEXT: by name, alias, identifier, evidence, drug or disease.

    \b
    Examples:
      theralogic rules search "IL-6"
      theralogic rules search PMID:21296109
    """
    from theralogic.model.names import SEARCH, suggest_name
    from theralogic.model.search import search
    from theralogic.render.phrases import columns

    rules = open_kb(kb)
    if not text.strip():
        raise click.UsageError("say what to look for")
    hits = search(rules, text)
    if not hits:
        help = suggest_name(rules, text, "disease", "intervention", "entity")
        nothing = "the rules do not know it; see what they know with `theralogic rules list KIND`"
        log(nothing if help == SEARCH else help)
    if output_format == "json":
        write_output(as_json([hit._asdict() for hit in hits]), output)
    else:
        table = columns([(hit.kind, hit.id, hit.title, f"({hit.found_in})") for hit in hits], indent="")
        write_output("\n".join([*table, f"{len(hits)} found"]), output)


@command.command("graph")
@click.option("--around", required=True, metavar="ENTITY", help="The entity in the middle.")
@click.option("--depth", type=click.IntRange(1, 3), default=1, show_default=True, help="Links in each direction.")
@common(engine=False, formats=("text", "svg", "dot", "json"))
def graph(around: str, depth: int, output_format: str, kb: str | None, output: str | None) -> None:
    """The neighbourhood of an entity: what acts on it, what it acts on, and the gates between.

    \b
    Examples:
      theralogic rules graph --around IL6
      theralogic rules graph --around IL6 --format svg -o il6.svg
    """
    from theralogic.model.names import find
    from theralogic.render.graph_formats import to_dot
    from theralogic.render.neighbourhood import neighbourhood, picture, to_svg, to_text

    rules = open_kb(kb)
    found = neighbourhood(rules, find(rules, "entity", around), depth)
    if output_format == "json":
        write_output(as_json(found.as_json()), output)
    elif output_format == "dot":
        write_output(to_dot(picture(rules, found)), output)
    else:
        write_output(to_svg(rules, found) if output_format == "svg" else to_text(rules, found), output)


@command.command("import")
@click.argument("model")
@click.option("-o", "--output", required=True, metavar="DIR", help="A new folder, for `--kb DIR`.")
@click.option("--on", multiple=True, metavar="NODE", help="Start with this node on; the others start off.")
@click.option(
    "--id", "name", default="", metavar="NAME", help="What to call the state of rest. Default: the file's name."
)
@click.option("--cite", default="", metavar="CURIE", help="The publication, such as PMID:21296109.")
def import_model(model: str, output: str, on: tuple[str, ...], name: str, cite: str) -> None:
    """Rules from MODEL, a published logical model (`.bnet`), with its state of rest as a disease.

    Nodes become entities, each AND a complex with negated members, and any AND is enough. `NODE_off` and `NODE_on` are
    interventions. The model starts with the named nodes on and runs until it rests.

    \b
    Examples:
      theralogic rules import tcell.bnet --on TCR -o tcell
      theralogic predict tcell LCK_off --ask IL2 --kb tcell
    """
    from pathlib import Path

    from theralogic.interchange.logical_model import import_bnet
    from theralogic_cli.output import log, read_input

    made = import_bnet(read_input(model), model, Path(output), on=on, name=name, reference=cite)
    log(f"{output}: {made.nodes} nodes, {made.mechanisms} mechanisms, `{made.state}` has {made.on} nodes on")


@command.command("schema")
@common(engine=False, formats=("json",))
def schema(output_format: str, kb: str | None, output: str | None) -> None:
    """JSON Schema of the rule files; the same as `theralogic schema rules`.

    \b
    Example:
      theralogic rules schema -o rules.schema.json
    """
    from theralogic.files.jsonschema import schema_of

    write_output(as_json(schema_of("rules")), output)


@command.command("compile")
@click.argument("mechanisms", type=Existing())
@click.option("--gates", type=Existing(), help="Table with `complex` and `member`.")
@click.option(
    "-o", "--output", metavar="FILE", shell_complete=complete_file, required=True, help="The compiled rule base."
)
def compile_rules(mechanisms: str, gates: str | None, output: str) -> None:
    """Compile a large table of MECHANISMS (CSV or Parquet) that no hand wrote, for `rules ask`.

    Columns: `subject`, `relation`, `object`, and where wanted `strength` and `needs`. Entities are those that occur.

    \b
    Example:
      theralogic rules compile mechanisms.parquet --gates complexes.csv -o large.base
    """
    from pathlib import Path

    from theralogic.interchange.large_base import compile_table
    from theralogic_cli.commands.cohort import need_tables
    from theralogic_cli.output import log

    need_tables()
    path = Path(output)
    if path.is_dir() or not path.parent.is_dir():
        raise click.BadParameter(f"`{output}` can't be written: no such folder", param_hint="-o")
    base = compile_table(Path(mechanisms), Path(gates) if gates else None, path)
    log(f"{base.mechanisms:,} mechanisms among {base.entities:,} entities in {output}")


@command.command("ask")
@click.argument("base", type=Existing())
@click.option("--set", "levels", multiple=True, metavar="ENTITY=LEVEL", help="A level of the untreated world.")
@click.option("--block", "blocked", multiple=True, metavar="ENTITY", help="An action that lowers it.")
@click.option("--supply", "supplied", multiple=True, metavar="ENTITY", help="An action that raises it.")
@click.option("--ask", "asked", multiple=True, metavar="ENTITY", help="Show these. Default: everything that changes.")
@common(kb=False, engine=False)
def ask_rules(
    base: str,
    levels: tuple[str, ...],
    blocked: tuple[str, ...],
    supplied: tuple[str, ...],
    asked: tuple[str, ...],
    output_format: str,
    output: str | None,
) -> None:
    """One hypothetical case over a rule base that `rules compile` made: what changes, and by which chain.

    \b
    Example:
      theralogic rules ask large.base --set TNF=high --block TNF --ask CRP
    """
    from pathlib import Path

    from theralogic.interchange.large_base import ask, open_large
    from theralogic.model.edits import pair
    from theralogic.model.errors import InvalidInputError, did_you_mean
    from theralogic.model.levels import LEVELS
    from theralogic.model.vocabulary import DISCLAIMER
    from theralogic_cli.commands.cohort import need_tables

    need_tables()
    given = dict(map(pair, levels))
    for word in given.values():
        if word not in LEVELS:
            hint = did_you_mean(word, LEVELS) or f"one of {', '.join(LEVELS)}"
            raise InvalidInputError("unknown-word", f"`{word[:80]}` is not a level", help=hint)
    opened = open_large(Path(base))
    wanted = {opened.name(opened.number(name)) for name in asked}
    changes = ask(opened, given, [*((e, -1) for e in blocked), *((e, 1) for e in supplied)])
    shown = [change for change in changes if not wanted or change.entity in wanted]
    if output_format == "json":
        write_output(as_json({"changes": [c._asdict() for c in shown], "disclaimer": DISCLAIMER}), output)
        return
    lines = [f"{c.entity} {c.direction} ({c.strength}, {c.certainty}): {' ~ '.join(c.chain)}" for c in shown]
    lines += [f"{name} does not change" for name in sorted(wanted - {c.entity for c in shown})]
    write_output("\n".join([*lines, "", DISCLAIMER]), output)
