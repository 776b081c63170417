"""One way to find a thing by what people call it: id, name or alias, in any case, with or without hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from theralogic.errors import NotFoundError, did_you_mean
from theralogic.model import KnowledgeBase

_GREEK = str.maketrans({"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa", "λ": "lambda"})

# What follows in a name qualifies its head: "survival of T cells" is one thing, "T cells in blood" are many.
QUALIFIES = re.compile(r" (?:against|at|between|by|from|in|of|on|over|primed|that|through|to|under|with)\b.*")


def fold(text: str) -> str:
    """The form under which names are compared.

    >>> fold("  IL-1β  signalling ")
    'il-1beta signalling'
    """
    return " ".join(text.casefold().translate(_GREEK).replace("_", " ").split())


def squash(text: str) -> str:
    """Letters and digits only, for what people type: ``IL 6`` and ``il-6`` are one name."""
    return "".join(c for c in fold(text) if c.isalnum())


def lookup(names: Mapping[str, str], text: str) -> str | None:
    """The id that ``text`` stands for, or None; the looser form counts only where one id has it."""
    found = names.get(fold(text))
    if found is None:
        wanted = squash(text)
        near = {identity for name, identity in names.items() if wanted and squash(name) == wanted}
        found = near.pop() if len(near) == 1 else None
    return found


def find(kb: KnowledgeBase, kind: str, text: str) -> str:
    """Id of the entity, disease or intervention that ``text`` names.

    Raises :class:`NotFoundError` (``unknown-entity``, ``unknown-disease``, ``unknown-intervention``).
    """
    names = kb.names[kind]
    found = lookup(names, text)
    if found is None:
        raise NotFoundError(f"unknown-{kind}", f"unknown {kind} `{text[:80]}`", help=suggest(names, text))
    return found


def suggest(names: Iterable[str], text: str) -> str:
    """A help line for a name that was not found."""
    return did_you_mean(text, names) or "see `theralogic rules search TEXT`"


def plural(name: str) -> bool:
    """Whether a name is that of several things.

    >>> plural("Th17 cells"), plural("survival of T cells"), plural("fibrosis")
    (True, False, False)
    """
    head = QUALIFIES.sub("", name)
    return head.endswith("s") and not head.endswith(("is", "ss", "us"))
