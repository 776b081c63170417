"""The figures of a score as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from theralogic.model.result import Reason
from theralogic.render.phrases import columns
from theralogic.render.reasons import Namer, reason_text


def scores_text(figures: Mapping[str, Any], name: Namer, *, wrong: bool = False) -> str:
    """Figures, confusion and baselines; every wrong row too where ``wrong`` is set."""
    lines = [
        f"{figures['table']}: {figures['scored']} of {figures['rows']} rows scored, "
        f"{figures['covered']} covered ({figures['coverage']:.1%}), {figures['abstained']} abstained",
        "",
    ]
    rows = [("", "accuracy", "balanced"), ("theralogic", *_both(figures))]
    rows += [(f"naive: {name}", *_both(values)) for name, values in figures["baselines"].items()]
    lines += columns(rows)
    lines += ["", f"  precision where it decides: {figures['precision']:.3f}"]
    for title, key in (
        ("by certainty", "precision_by_certainty"),
        ("by kind", "by_kind"),
        ("identified source", "verified"),
    ):
        groups = ", ".join(f"{name} {g['accuracy']:.2f} (n={g['n']})" for name, g in figures[key].items())
        lines.append(f"  {title}: {groups}")
    lines += ["", "  observed -> predicted"]
    lines += [
        f"    {expected}: " + ", ".join(f"{word} {n}" for word, n in counts.items())
        for expected, counts in figures["confusion"].items()
    ]
    if wrong:
        lines += ["", "  rows not predicted as observed"]
        for row in figures["predictions"]:
            if row["predicted"] != row["expected"]:
                lines.append(
                    f"    {row['id']}: observed {row['expected']}, predicted {row['predicted']}{_why(name, row)}"
                )
    return "\n".join(lines)


def _both(values: Mapping[str, Any]) -> tuple[str, str]:
    return f"{values['accuracy']:.3f}", f"{values['balanced_accuracy']:.3f}"


def _why(name: Namer, row: Mapping[str, Any]) -> str:
    answer = row["answer"]
    if answer is None:
        return f" ({row['reason']})"
    if answer["reason"]:
        reason = Reason(**{**answer["reason"], "by": tuple(answer["reason"]["by"])})
        return f" ({answer['entity']}: {reason.kind}: {reason_text(name, reason)})"
    return f" ({answer['entity']} {answer['direction']} {answer['strength']}, {answer['certainty']})"
