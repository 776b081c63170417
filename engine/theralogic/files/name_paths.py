"""The names in an item that can't be understood as a whole, so that they are told together with what is wrong with it.

Where a key is missing or a word is wrong, nobody knows what the item means, but what it names can still be looked up.
Each list below says where the format has a name, and of what kind: ``*`` is each entry of a list or mapping, ``KEYS``
the keys of a mapping; at the end of a path stands one name or a list of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from theralogic.files.yaml_reader import Path

Names = Sequence[tuple[str, str]]

IN_RULES: dict[str, Names] = {
    "entities": (
        *(("entity", path) for path in ("requires", "requires.*.not", "signalling.with", "signalling.with.*.not")),
        ("entity", "produced_by"),
        ("entity", "borne_by"),
    ),
    "mechanisms": (
        ("entity", "subject"),
        ("entity", "object"),
        ("disease", "where.disease"),
        ("disease", "unless.disease"),
    ),
    "diseases": (("disease", "parents"), ("entity", "activity"), ("entity", "levels.KEYS")),
    "interventions": (("entity", "actions.*.target"),),
    "cautions": (
        *(("entity", f"when.*.{key}") for key in ("change", "target", "finding")),
        ("disease", "when.*.disease"),
        ("intervention", "when.*.intervention"),
    ),
}
_GIVEN = ("interventions.*", "arms.*.add.*", "arms.*.replace.*")
IN_CASE: Names = (
    ("disease", "disease"),
    ("entity", "ask"),
    *(("entity", f"{path}.*.entity") for path in ("findings", "arms.*.findings", "expect")),
    *(("intervention", path) for path in _GIVEN),
    *(("intervention", f"{path}.give") for path in _GIVEN),
    *(("entity", f"{path}.actions.*.target") for path in _GIVEN),
    ("rule", "expect.*.by"),
)


def names_in(data: Any, names: Names) -> Iterator[tuple[str, str, Path]]:
    """Every name in ``data`` with its kind and its path."""
    for kind, path in names:
        for text, where in _at(data, path.split("."), ()):
            yield kind, text, where


def _at(data: Any, steps: Sequence[str], path: Path) -> Iterator[tuple[str, Path]]:
    if not steps:
        several = data if isinstance(data, list) else ()
        found = [(data, path), *((entry, (*path, at)) for at, entry in enumerate(several))]
        yield from ((text, where) for text, where in found if isinstance(text, str))
    elif steps[0] == "*":
        entries = enumerate(data) if isinstance(data, list) else data.items() if isinstance(data, dict) else ()
        for at, entry in entries:
            yield from _at(entry, steps[1:], (*path, at))
    elif isinstance(data, dict):
        if steps[0] == "KEYS":
            yield from ((key, (*path, key)) for key in data)
        elif steps[0] in data:
            yield from _at(data[steps[0]], steps[1:], (*path, steps[0]))
