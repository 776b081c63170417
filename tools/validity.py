"""The tables of ``docs/validity.md``: how often the rules are right about patients, and every row where they are not.

The reasons are written by a person, in ``docs/validity-reasons.yaml``. A wrong row without a reason, or a reason for a
row that is right by now, is an error: a page that explains mistakes must not outlive them.
"""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "tests" / "data"
OWN = ("outcomes", "readouts")
HELD_OUT = ("heldout_outcomes", "heldout_readouts")


@cache
def scored(table: str) -> dict[str, Any]:
    """The figures of a table; drugs of the held-out ones are built from target and mode."""
    from theralogic.files.locations import load_kb
    from theralogic.reasoning import reference
    from theralogic.score import score

    text = (DATA / f"{table}.csv").read_bytes()
    return score(load_kb(), text, table, reference, ignore_names=table in HELD_OUT)


def rows(table: str) -> dict[str, dict[str, str]]:
    """The rows of a table by id."""
    text = (DATA / f"{table}.csv").read_text(encoding="utf-8")
    return {row["id"]: row for row in csv.DictReader(io.StringIO(text))}


def figures() -> str:
    """All tables side by side, with the naive baselines."""
    lines = [
        "| table | rows scored | covered | abstained | accuracy | balanced accuracy | always | shortest path |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for table in (*OWN, *HELD_OUT):
        found = scored(table)
        naive = [
            f"{found['baselines'][name]['accuracy']:.2f} / {found['baselines'][name]['balanced_accuracy']:.2f}"
            for name in ("always", "shortest path")
        ]
        own = [f"{found['accuracy']:.3f}", f"{found['balanced_accuracy']:.3f}"]
        counts = [str(found[key]) for key in ("scored", "covered", "abstained")]
        lines.append(f"| {' | '.join([table.replace('_', ' '), *counts, *own, *naive])} |")
    return "\n".join(lines)


def kinds() -> str:
    """Accuracy by kind of row, by certainty of the answer, and by whether the source was identified."""
    lines = ["| table | split by | group | rows | accuracy |", "|---|---|---|---|---|"]
    for table in OWN:
        found = scored(table)
        for split, name in (("by_kind", "kind"), ("precision_by_certainty", "certainty"), ("verified", "source seen")):
            for group, figure in found[split].items():
                lines.append(f"| {table} | {name} | {group} | {figure['n']} | {figure['accuracy']:.2f} |")
    return "\n".join(lines)


def diseases() -> str:
    """Rows and hits by disease, both own tables together."""
    hits: dict[str, list[int]] = {}
    for table in OWN:
        for disease, figure in scored(table)["by_disease"].items():
            seen = hits.setdefault("no disease stated" if disease == "none" else disease, [0, 0])
            seen[0] += figure["n"]
            seen[1] += round(figure["n"] * figure["accuracy"])
    cells = [f"{disease} {right}/{n}" for disease, (n, right) in sorted(hits.items())]
    return "; ".join(cells) + "."


def wrong() -> str:
    """Every wrong row with its reason.

    Raises :class:`SystemExit` where a wrong row has no reason, or a reason no wrong row.
    """
    import yaml

    reasons = yaml.safe_load((ROOT / "docs" / "validity-reasons.yaml").read_text(encoding="utf-8"))
    lines = ["| row | what | observed | predicted | why |", "|---|---|---|---|---|"]
    named = set()
    for table in OWN:
        about = rows(table)
        for found in scored(table)["predictions"]:
            row = about[found["id"]]
            if row["scored"] == "no" or found["predicted"] == found["expected"]:
                continue
            named.add(found["id"])
            readout = f": {row['readout']}" if table == "readouts" else ""
            where = f" in {row['disease']}" if row["disease"] else ""
            why = reasons.get(found["id"], {})
            cells = [f"{row['intervention']}{where}{readout}", found["expected"], found["predicted"]]
            text = f"{why.get('kind', '')}: {why.get('why', '')}"
            lines.append(f"| {' | '.join([found['id'], *cells, text])} |")
    problems = [f"no reason for {row}" for row in sorted(named - set(reasons))]
    problems += [f"{row} is right by now: take its reason out" for row in sorted(set(reasons) - named)]
    if problems:
        raise SystemExit("docs/validity-reasons.yaml: " + "; ".join(problems))
    return "\n".join(lines)
