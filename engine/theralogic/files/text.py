"""Text that is safe to show: nothing hidden, nothing that steers a terminal."""

from __future__ import annotations

import unicodedata

_JOINER = "\u200d"


def hidden(char: str) -> bool:
    """Whether a character is a control, changes direction, or can't be seen."""
    return char not in ("\n", "\t", _JOINER) and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def printable(text: str) -> str:
    """``text`` with hidden characters written as escapes.

    >>> printable("a" + chr(27) + "[31mb")
    'a\\\\x1b[31mb'
    """
    return "".join(ascii(char)[1:-1] if hidden(char) else char for char in text)
