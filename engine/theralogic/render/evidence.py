"""How evidence is put into words: who says so, what kind of study it is, and whether it supports what is said."""

from __future__ import annotations

from theralogic.model.records import Evidence

TEXTBOOK = "textbook"
NOBODY = "nobody is cited"


def source(item: Evidence) -> str:
    """Who says so.

    >>> source(Evidence("PMID:1", "human")), source(Evidence("", "textbook"))
    ('PMID:1', 'textbook')
    """
    return item.ref or TEXTBOOK


def kind(item: Evidence) -> str:
    """What kind of study it is; empty for a textbook that agrees, because the source has said all of it.

    >>> kind(Evidence("PMID:1", "in_vitro")), kind(Evidence("", "textbook"))
    ('in vitro', '')
    >>> kind(Evidence("", "textbook", "refutes"))
    'textbook'
    """
    said = item.kind == TEXTBOOK and not item.ref and not doubt(item)
    return "" if said else item.kind.replace("_", " ")


def doubt(item: Evidence) -> str:
    """How it stands to what is said, where it does not support it.

    >>> doubt(Evidence("PMID:1", "rct", "mixed")), doubt(Evidence("PMID:1", "rct"))
    ('mixed', '')
    """
    return "" if item.stance == "supports" else item.stance


def cited(item: Evidence) -> str:
    """One line, without what goes without saying.

    >>> cited(Evidence("PMID:1", "rct", "mixed", "half of them")), cited(Evidence("", "textbook"))
    ('PMID:1 (rct, mixed) half of them', 'textbook')
    """
    study = ", ".join(filter(None, (kind(item), doubt(item))))
    return f"{source(item)}{f' ({study})' if study else ''} {item.note}".rstrip()


def cited_in_full(item: Evidence) -> str:
    """One line in the words of the rule files.

    >>> cited_in_full(Evidence("", "textbook", "supports", "known for long"))
    'textbook (textbook, supports) known for long'
    """
    return f"{source(item)} ({item.kind}, {item.stance}) {item.note}".rstrip()
