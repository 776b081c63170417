"""Keeps the docs true: fills in what can be computed, or with ``--check`` says what has gone stale.

The JSON Schemas under ``schema/`` and the drawings under ``docs/images/`` are made here too. Between
``<!-- run: COMMAND -->`` and ``<!-- end -->`` stands what that command prints; between ``<!-- table: NAME -->`` and
``<!-- end -->`` a table made from the code; and ``docs/cli.md`` is all generated.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import validity  # beside this file

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"<!-- (run|table): (.+?) -->\n.*?<!-- end -->", re.S)


def run(command: str) -> str:
    """What a ``theralogic`` command prints, at 100 columns, from the root of the project."""
    words = re.findall(r'"[^"]*"|\S+', command)
    program, *args = [word.strip('"') for word in words]
    if program != "theralogic":
        raise SystemExit(f"docs: only theralogic is run here, not `{program}`")
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "theralogic_cli", *args], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    return (done.stdout + done.stderr).rstrip()


def relations() -> str:
    """Every relation with its sign, its aspect and an example sentence."""
    from theralogic.model.vocabulary import RELATIONS

    rows = [f"| `{word}` | {'+' if r.sign > 0 else '−'} | {r.aspect} | {r.example} |" for word, r in RELATIONS.items()]
    return "\n".join(["| relation | sign | aspect | example |", "|---|---|---|---|", *rows])


def verbs() -> str:
    """Every verb of an action."""
    from theralogic.model.vocabulary import SYNONYMS, VERBS

    down = ", ".join(f"`{v}`" for v, sign in VERBS.items() if sign < 0)
    up = ", ".join(f"`{v}`" for v, sign in VERBS.items() if sign > 0)
    also = ", ".join(f"`{other}` for `{word}`" for other, word in SYNONYMS.items())
    return f"Lower the target: {down}. Raise it: {up}. A relation or a verb may also be spelt the other way: {also}."


def kinds() -> str:
    """Every kind of entity with its tone."""
    from theralogic.model.vocabulary import KINDS

    names = {tone: ", ".join(f"`{k}`" for k, c in KINDS.items() if c == tone) for tone in (False, True)}
    inducible = f"Inducible unless they say otherwise: {names[False]}."
    return f"{inducible}\n\nConstitutive unless they say otherwise: {names[True]}."


def course() -> str:
    """The lessons of the course."""
    from theralogic.teach.course import course_markdown
    from theralogic.teach.course_files import lessons

    return course_markdown(lessons())


def grades() -> str:
    """Grades of a link of a learner's chain."""
    from theralogic.teach.grade_chain import MEANS, POINTS

    rows = [f"| {grade.replace('_', ' ')} | {points:g} | {MEANS[grade]} |" for grade, points in POINTS.items()]
    return "\n".join(["| grade | points | meaning |", "|---|---|---|", *rows])


def slips() -> str:
    """Slips of reasoning."""
    from theralogic.model.vocabulary import SLIPS

    rows = [f"| {slip.replace('_', ' ')} | {what} |" for slip, what in SLIPS.items()]
    return "\n".join(["| slip | what went wrong |", "|---|---|", *rows])


def exercises() -> str:
    """Kinds of exercises."""
    from theralogic.quiz.item import KINDS

    rows = [f"| `{kind}` | {what} |" for kind, what in KINDS.items()]
    return "\n".join(["| kind | the learner has to |", "|---|---|", *rows])


def patterns() -> str:
    """Patterns with what each is."""
    from theralogic.teach.course_files import pattern_pages

    rows = [f"| {page.name} | {' '.join(page.what.split())} |" for page in pattern_pages()]
    return "\n".join(["| pattern | what it is |", "|---|---|", *rows])


def error_codes() -> str:
    """Every code of an error, by the part of the program that it belongs to."""
    from theralogic.model.error_codes import ERROR_CODES

    lines = []
    for part, codes in ERROR_CODES.items():
        lines += [f"## {part}", ""]
        for code, about in codes.items():
            lines += [f"### {code}", f"{about.meaning} {about.mend}", "", f"    {about.example}", ""]
    return "\n".join(lines).rstrip()


def faults() -> str:
    """What the checker can find wrong with a result."""
    from theralogic.model.error_codes import FAULTS

    return "\n".join(
        ["| code | what is wrong |", "|---|---|", *(f"| `{code}` | {what} |" for code, what in FAULTS.items())]
    )


def result_records() -> str:
    """Every record of a result with its fields, outermost first."""
    import inspect
    import typing

    from theralogic.model import result as records

    lines: list[str] = []
    waiting: list[typing.Any] = [records.Result]
    for kind in waiting:
        text = " ".join((inspect.getdoc(kind) or "").replace("``", "`").split())
        lines += [f"### {kind.__name__}", "", text, "", "| field | type |", "|---|---|"]
        hints = typing.get_type_hints(kind)
        for name in kind._fields:
            words = str(hints[name]).replace("theralogic.model.result.", "").replace("theralogic.model.records.", "")
            words = re.sub(r"<class '(?:builtins\.)?([\w.]+)'>", r"\1", words).replace("collections.abc.", "")
            words = words.replace("|", "or")
            lines.append(f"| `{name}` | {words} |")
            for record in vars(records).values():
                used = f"{getattr(record, '__name__', '?')}" in re.findall(r"\w+", words)
                if used and hasattr(record, "_fields") and record not in waiting:
                    waiting.append(record)
        lines.append("")
    return "\n".join(lines).rstrip()


TABLES: dict[str, Callable[[], str]] = {
    "error codes": error_codes,
    "result records": result_records,
    "faults": faults,
    "relations": relations,
    "verbs": verbs,
    "kinds": kinds,
    "course": course,
    "grades": grades,
    "slips": slips,
    "exercises": exercises,
    "patterns": patterns,
    "validity figures": validity.figures,
    "validity kinds": validity.kinds,
    "validity diseases": validity.diseases,
    "validity wrong": validity.wrong,
}


def filled(text: str) -> str:
    """``text`` with every block as it should be."""

    def block(match: re.Match[str]) -> str:
        kind, what = match.groups()
        body = TABLES[what]() if kind == "table" else f"```text\n{run(what)}\n```"
        return f"<!-- {kind}: {what} -->\n{body}\n<!-- end -->"

    return BLOCK.sub(block, text)


def cli_reference() -> str:
    """``docs/cli.md``: the help of every command."""
    import click

    from theralogic_cli.main import COMMANDS, cli

    lines = ["# Commands", "", "Generated from the help texts by `tools/docs.py`.", ""]
    context = click.Context(cli, info_name="theralogic", max_content_width=100, terminal_width=100)
    lines += ["```text", cli.get_help(context), "```"]
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        lines += _help(command, name, context)
    return "\n".join(lines) + "\n"


def _help(command: object, name: str, parent: object) -> list[str]:
    import click

    assert isinstance(command, click.Command)
    assert isinstance(parent, click.Context)
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    level = "#" * (2 + context.command_path.count(" ") - 1)
    lines = ["", f"{level} {context.command_path}", "", "```text", command.get_help(context), "```"]
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            lines += _help(found, child, context)
    return lines


def pages() -> list[Path]:
    """The pages that may hold blocks."""
    return sorted([ROOT / "README.md", ROOT / "cases" / "README.md", *(ROOT / "docs").rglob("*.md")])


def schemas() -> dict[Path, str]:
    """The JSON Schemas that the modelines of rules and cases point to."""
    import json

    from theralogic.files.jsonschema import schema_of

    folder = ROOT / "schema"
    texts = {what: json.dumps(schema_of(what), ensure_ascii=False, indent=1) for what in ("rules", "case", "result")}
    return {folder / f"{what}.json": f"{text}\n" for what, text in texts.items()}


def drawings() -> dict[Path, str]:
    """The drawings that pages show, from shipped cases."""
    shown = {"ra-tocilizumab": 'CRP RA_activity "serum IL-6"'}
    return {
        ROOT / "docs" / "images" / f"{case}.svg": run(f"theralogic graph {case} {entities}") + "\n"
        for case, entities in shown.items()
    }


def main() -> int:
    """Fill in, or check; returns the exit code."""
    check = "--check" in sys.argv[1:]
    stale = []
    wanted = {**schemas(), **drawings()}
    for page in [*wanted, *pages()]:
        before = page.read_text(encoding="utf-8") if page.exists() else ""
        if page in wanted:
            after = wanted[page]
        else:
            after = cli_reference() if page == ROOT / "docs" / "cli.md" else filled(before)
        if after != before:
            stale.append(page)
            if not check:
                page.parent.mkdir(exist_ok=True)
                page.write_text(after, encoding="utf-8")
    for page in stale:
        sys.stdout.write(f"{'stale' if check else 'written'}: {page.relative_to(ROOT)}\n")
    if check and stale:
        sys.stdout.write("run: python tools/docs.py\n")
    return int(bool(check and stale))


if __name__ == "__main__":
    sys.exit(main())
