"""A quiz as an Anki package.

Ids come from the exercises, so a deck made again replaces its cards and keeps their history.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from theralogic.model.errors import TheralogicError
from theralogic.quiz.make import Quiz
from theralogic.quiz.worksheet import back, front, tags

STAMP = 1_700_000_000.0  # a fixed time, so that the same quiz gives the same package


def write_apkg(quiz: Quiz, path: Path) -> None:
    """Write an ``.apkg``; raises :class:`TheralogicError` (``needs-extra``) where genanki is not installed."""
    try:
        import genanki
    except ImportError:
        help = "install theralogic[anki], or write --format tsv, which Anki imports too"
        raise TheralogicError("needs-extra", "an Anki package needs `genanki`", help=help) from None
    model = genanki.Model(
        _number("theralogic exercise"),
        "theralogic",
        fields=[{"name": "Front"}, {"name": "Back"}, {"name": "Id"}],
        templates=[{"name": "Card", "qfmt": "{{Front}}", "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}],
    )
    deck = genanki.Deck(_number(quiz.title), f"theralogic::{quiz.title}", description=quiz.disclaimer)
    for item in quiz.items:
        deck.add_note(
            genanki.Note(
                model=model,
                fields=[front(item), back(item), item.exercise],
                guid=genanki.guid_for("theralogic", item.exercise),
                tags=tags(item),
            )
        )
    genanki.Package(deck).write_to_file(str(path), timestamp=STAMP)


def _number(text: str) -> int:
    """An id of 31 bits that only depends on ``text``: decks and note types of others have other ids."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") >> 1
