"""How things are said: one phrase for each word of the result, in one place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from theralogic.model.names import plural
from theralogic.model.result import Answer, ChangeRow

MOVES = {"increases": "rises", "decreases": "falls", "ambiguous": "could go either way", "no_effect": "does not change"}
WOULD = {"increases": "raise", "decreases": "lower", "ambiguous": "move either way"}
HOW = {"weak": "weakly", "moderate": "moderately", "strong": "strongly"}
CERTAIN = {
    "given": "given",
    "unopposed": "nothing opposes it",
    "outweighed": "opposed, but outweighed",
    "contested": "contested",
    "ambiguous": "the rules do not decide",
}
WHEN = {"minutes": "within minutes", "hours": "within hours", "days": "within days", "weeks": "within weeks"}
DOTS = {"given": "●●●", "unopposed": "●●●", "outweighed": "●●○", "contested": "●○○", "ambiguous": "○○○"}
WHEN_DOTS = {"minutes": "▪▫▫▫", "hours": "▫▪▫▫", "days": "▫▫▪▫", "weeks": "▫▫▫▪"}
ACTS = {
    "blocks": "blocks",
    "neutralizes": "neutralises",
    "depletes": "depletes",
    "sequesters": "sequesters",
    "degrades": "degrades",
    "inhibits": "inhibits",
    "supplies": "supplies",
    "agonizes": "activates",
    "stabilises": "stabilises",
}


def listed(words: Iterable[str], last: str = "and") -> str:
    """Words as a list in a sentence.

    >>> listed(["IL-6", "IL-6R", "gp130"])
    'IL-6, IL-6R and gp130'
    """
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def sentence(text: str) -> str:
    """First letter large, one full stop.

    >>> sentence("serum IL-6 rises")
    'Serum IL-6 rises.'
    """
    text = text.strip()
    if text[:1].islower() and not text[1:2].isupper() and not text[1:2].isdigit():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else f"{text}."


def does(name: str, direction: str) -> str:
    """What ``name`` does, in agreement with it.

    >>> does("CRP", "decreases"), does("Th17 cells", "decreases")
    ('falls', 'fall')
    """
    verb = MOVES[direction]
    if plural(name):
        return {"does not change": "do not change"}.get(verb, verb.removesuffix("s"))
    return verb


def goes(change: ChangeRow | Answer) -> str:
    """``falls strongly``, in agreement with the name."""
    verb = does(change.name, change.direction)
    plain = change.direction in ("no_effect", "ambiguous")
    return verb if plain else f"{verb} {HOW[change.strength or 'weak']}"


def moves(change: ChangeRow | Answer) -> str:
    """``CRP falls strongly``."""
    return f"{change.name} {goes(change)}"


def in_short(words: str) -> str:
    """The two words of a result for a change, as a table says them; ``no effect`` stays.

    >>> in_short("decreases strong"), in_short("ambiguous weak"), in_short("no_effect")
    ('falls strongly', 'undecided (weak)', 'no effect')
    """
    direction, _, strength = words.partition(" ")
    if strength not in HOW:
        return words.replace("_", " ")
    return f"undecided ({strength})" if direction == "ambiguous" else f"{MOVES[direction]} {HOW[strength]}"


def question(answer: Answer) -> str:
    """``Why does CRP fall?``"""
    verb = {"increases": "rise", "decreases": "fall", "no_effect": "not change"}.get(answer.direction)
    does, stands = ("do", "are") if plural(answer.name) else ("does", "is")
    return f"Why {does} {answer.name} {verb}?" if verb else f"Why {stands} {answer.name} undecided?"


def arrows(direction: str, strength: str | None) -> str:
    """A change as a symbol that needs no colour: one arrow for weak, three for strong.

    >>> arrows("decreases", "strong"), arrows("ambiguous", "weak"), arrows("no_effect", None)
    ('▼▼▼', '◆', '–')
    """
    if direction not in ("increases", "decreases"):
        return "◆" if direction == "ambiguous" else "–"
    return ("▲" if direction == "increases" else "▼") * (1 + tuple(HOW).index(strength or "weak"))


def columns(rows: Sequence[Sequence[str]], *, indent: str = "  ", gap: str = "   ") -> list[str]:
    """Rows as left-aligned columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))] if rows else []
    return [
        (indent + gap.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip() for row in rows
    ]
