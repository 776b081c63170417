"""The plain form of a name, and the one in which only letters and digits count."""

from __future__ import annotations

import re
import unicodedata

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega"
).split()
# Unicode has them in this order, the sigma at the end of a word before the other. A German sharp s stands for beta.
_GREEK = str.maketrans(dict(zip(map(chr, range(0x3B1, 0x3CA)), _GREEK_NAMES, strict=True)) | {"ß": "beta", "ẞ": "beta"})
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_TRADE_MARKS = str.maketrans("", "", "®™©℠")
_MINUS = re.compile(r"(?<=\S)-(?=[\s/,;)\]]|$)|(?<!\S)-(?=/|$)")
_MEANS = frozenset("↑↓!¬~<>=≤≥%")  # signs that make another thing of a name


_CASED = {"eGFR": "estimated GFR"}  # a name that only its capitals tell from that of another thing


def fold(text: str) -> str:
    """The form under which names are compared.

    >>> fold("  IL-1β  signalling ")
    'il-1beta signalling'
    """
    text = _CASED.get(text.strip(), text)
    if not text.isascii():
        # Full-width letters and raised signs are the plain ones; capital Greek letters are the small ones.
        text = unicodedata.normalize("NFKC", text.translate(_TRADE_MARKS))
        text = _DASHES.sub("-", text).translate(_GREEK)
        text = text.casefold().translate(_GREEK)
    return " ".join(text.casefold().replace("_", " ").split())


def squash(text: str) -> str:
    """Letters and digits only, for what people type: ``IL 6`` and ``il-6`` are one name.

    A sign that means the opposite is kept, so that a name with it is never taken for the one without.

    >>> squash("CD4+ T cells"), squash("CD4- T cells"), squash("IL10 -/-")
    ('cd4tcells', 'cd4minustcells', 'il10minusminus')
    """
    form = fold(text)
    if "-" in form:
        form = _MINUS.sub("minus", form)
    return "".join(c for c in form if c.isalnum() or c in _MEANS)


def has_sign(text: str) -> bool:
    """Whether a name holds a sign that makes another thing of it, such as the minus of ``CD4- T cells``."""
    form = fold(text)
    return bool(_MINUS.search(form)) or not _MEANS.isdisjoint(form)
