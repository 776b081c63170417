"""A screen as text and as plain data; both begin with what it is not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from theralogic.cohort.screen import Screen, ScreenOption
from theralogic.model.levels import STRENGTHS
from theralogic.model.vocabulary import DISCLAIMER

NOTICE = (
    "A way to learn what these rules imply in one hypothetical patient. Not a ranking of treatments, and no advice: "
    "doses, trials, tolerance, cost and everything the rules do not know are left out."
)
WIDTH = 100


def screen_text(found: Screen, chains: Mapping[tuple[str, ...], str], width: int = WIDTH) -> str:
    """The options that have a chain, best first, as lines of text."""
    lines = [*textwrap.wrap(NOTICE, width), ""]
    for text in (f"Patient: {found.title}", f"Asked: {', '.join(str(wish) for wish in found.wishes)}"):
        lines += textwrap.wrap(text, width, subsequent_indent="  ")
    lines.append("")
    shown = [option for option in found.options if option.drugs in chains]
    for option in shown:
        lines += _option(option, chains[option.drugs], width)
    left = len(found.options) - len(shown)
    if left:
        more = f"{left:,} more options; `--top` shows more, `--format json` shows all."
        lines += ["", *textwrap.wrap(more, width)]
    return "\n".join([*lines, "", DISCLAIMER])


def _option(option: ScreenOption, chain: str, width: int) -> Iterator[str]:
    tie = f"  (ties with {option.ties:,})" if option.ties else ""
    yield f"{option.rank:>4}. {' + '.join(option.names)}{tie}"
    by = " + ".join(option.dominated_by)
    does = f"dominated: {by} does as much or more of everything asked" if by else ""
    for text in (option.why, does, chain):
        yield from textwrap.wrap(text, width, initial_indent="      ", subsequent_indent="        ")


def screen_json(found: Screen, chains: Mapping[tuple[str, ...], str]) -> dict[str, Any]:
    """All options as plain data; ``chain`` is null where none was asked for."""
    return {
        "notice": NOTICE,
        "patient": found.title,
        "asked": [{"entity": w.entity, "direction": w.direction, "avoid": w.avoid} for w in found.wishes],
        "options": [
            {
                "rank": option.rank,
                "drugs": list(option.drugs),
                "answers": [
                    {
                        "entity": wish.entity,
                        "direction": outcome.direction,
                        "strength": STRENGTHS[outcome.strength] if outcome.strength else None,
                        "reason": outcome.reason,
                    }
                    for wish, outcome in zip(found.wishes, option.outcomes, strict=True)
                ],
                "ties": option.ties,
                "dominated_by": list(option.dominated_by),
                "why": option.why,
                "chain": chains.get(option.drugs),
            }
            for option in found.options
        ],
        "disclaimer": DISCLAIMER,
    }
