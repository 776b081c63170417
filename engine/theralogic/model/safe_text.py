"""Text that is safe to show: nothing hidden, nothing that steers a terminal."""

from __future__ import annotations

import codecs
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


def quoted(text: str) -> str:
    """What somebody wrote, in backticks, safe to show and cut where it goes on for ever."""
    return f"`{printable(text)[:80]}`"


_SPELT = str.maketrans(
    {
        "→": "->", "⊣": "-|", "▲": "+", "▼": "-", "◆": "?", "●": "*", "○": "o", "▪": "#", "▫": ".", "–": "-", "—": "-",
        "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "·": "-", "•": "*", "×": "x",
        "±": "+/-", "≥": ">=",
        "≤": "<=", "≠": "!=", "°": " deg", "µ": "u", "μ": "u", "├": "|", "└": "`", "│": "|", "─": "-", "━": "=",
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta", "θ": "theta",
        "κ": "kappa", "λ": "lambda", "σ": "sigma", "τ": "tau", "ω": "omega", "Δ": "Delta",
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l",
    }
)  # fmt: skip


def in_ascii(text: str) -> str:
    """``text`` spelt in ASCII: symbols and Greek letters by what they mean, accents dropped, the rest as ``?``.

    >>> in_ascii("TNF-α ⊣ ▼▼ naïve")
    'TNF-alpha -| -- naive'
    """
    bare = unicodedata.normalize("NFKD", text.translate(_SPELT))
    plain = "".join(char for char in bare if not unicodedata.combining(char))
    return plain.encode("ascii", "replace").decode("ascii")


def decoded(text: bytes) -> str:
    """Text that a program wrote as UTF-8 or, with a byte order mark, as UTF-16; raises UnicodeDecodeError."""
    if text.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return text.decode("utf-16")
    return text.decode("utf-8-sig")
