"""The file of a compiled rule base: arrays that are mapped into memory, below one line that says what they are.

The file holds numbers and names only; nothing in it can run. Its first line tells the code that made it and what the
rest must hash to, and a file is refused where that is not so. Every number that leads to another place is checked when
the file is opened, so that even a crafted file is refused and never ends in an error of another kind.
"""

from __future__ import annotations

import hashlib
import json
import mmap
from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from theralogic._version import __version__
from theralogic.files.atomic import write_atomic
from theralogic.files.code_digest import code_digest
from theralogic.model.errors import InvalidInputError, NotFoundError, Where
from theralogic.model.levels import STRENGTHS
from theralogic.model.names import fold
from theralogic.model.safe_text import quoted

SCHEMA = "theralogic/arrays/2"
ANY_SCHEMA = "theralogic/arrays/"
LONGEST_HEAD = 65_536
AGAIN = "make it again from its table: `theralogic rules compile MECHANISMS --gates GATES -o FILE`"
TYPES = {
    "subject": "<i4",
    "object": "<i4",
    "sign": "|i1",
    "strength": "|i1",
    "needs": "|i1",
    "gate": "<i4",
    "member": "<i4",
    "negated": "|i1",
    "depth": "<i4",
    "out_at": "<i4",
    "out": "<i4",
    "into_at": "<i4",
    "into": "<i4",
    "part_at": "<i4",
    "part": "<i4",
    "whole_at": "<i4",
    "whole": "<i4",
    "names": "|u1",
    "name_at": "<i8",
}
Array = npt.NDArray[Any]


class LargeBase(NamedTuple):
    """A mapped rule base: its arrays by name, and how many entities and mechanisms it has."""

    arrays: Mapping[str, Array]
    entities: int
    mechanisms: int
    digest: str

    def name(self, entity: int) -> str:
        """The id of an entity."""
        first, after = self.arrays["name_at"].data[entity : entity + 2]
        return str(self.arrays["names"].data[first:after], "utf-8")

    def number(self, name: str) -> int:
        """The entity of an id; raises :class:`NotFoundError` (``unknown-entity``)."""
        place = bisect_left(range(self.entities), name.encode(), key=lambda e: self.name(e).encode())
        if place == self.entities or self.name(place) != name:
            place = next((e for e in range(self.entities) if fold(self.name(e)) == fold(name)), self.entities)
        if place == self.entities:
            raise NotFoundError("unknown-entity", f"unknown entity `{name[:80]}`", help="write its id as in the table")
        return place


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write the arrays that :data:`TYPES` names, below the line that says what they are."""
    layout: dict[str, tuple[int, int]] = {}
    at, pieces = 0, []
    for name, kind in TYPES.items():
        piece = arrays[name].astype(kind, copy=False).tobytes()
        piece += bytes(-len(piece) % 64)
        layout[name] = (len(arrays[name]), at)
        at += len(piece)
        pieces.append(piece)
    body = b"".join(pieces)
    about = _about(__version__, layout)
    line = json.dumps({**about, "sha256": _digest(about, body)}).encode()
    write_atomic(path, line + b" " * (-(len(line) + 1) % 64) + b"\n" + body)


def open_large(path: Path) -> LargeBase:
    """Map a compiled rule base.

    Raises :class:`InvalidInputError`: ``bad-base`` where it is foreign or damaged, ``outdated-base`` where other code
    made it, because what a word of the table means may have changed since.
    """

    def bad(message: str, code: str = "bad-base") -> InvalidInputError:
        return InvalidInputError(code, message, where=Where(str(path)), help=AGAIN)

    with path.open("rb") as file:
        line = file.readline(LONGEST_HEAD)
        try:
            head = dict(json.loads(line))
            schema, version, code = (str(head.get(key)) for key in ("schema", "version", "code"))
        except (ValueError, TypeError, RecursionError) as error:
            raise bad("this is not a compiled rule base") from error
        if not schema.startswith(ANY_SCHEMA):
            raise bad("this is not a compiled rule base")
        if schema != SCHEMA or code != _code():
            made = f"theralogic {quoted(version)} compiled this rule base" if "version" in head else "it was compiled"
            raise bad(f"{made} with other code than this theralogic {__version__} has", "outdated-base")
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    body = memoryview(whole)[len(line) :]
    damaged = "the compiled rule base is damaged"
    try:
        layout = {name: (int(length), int(at)) for name, (length, at) in head["arrays"].items()}
        digest = _digest(_about(version, layout), body)
        arrays = {name: np.frombuffer(body, kind, *layout[name]) for name, kind in TYPES.items()}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise bad(damaged) from error
    if digest != head.get("sha256") or not _sound(arrays):
        raise bad(damaged)
    return LargeBase(arrays, len(arrays["depth"]), len(arrays["subject"]), digest)


def _about(version: str, layout: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """What the first line says, but for the digest."""
    return {"schema": SCHEMA, "version": version, "code": _code(), "arrays": layout}


def _code() -> str:
    """The code that says what the words of a table mean and how the file is laid out."""
    return code_digest("model", "files", "interchange")


def _digest(about: Mapping[str, Any], body: bytes | memoryview) -> str:
    """Digest of all that the file says: of the arrays, and of where each of them lies."""
    digest = hashlib.sha256(json.dumps(about).encode())
    digest.update(body)
    return digest.hexdigest()


def _sound(arrays: Mapping[str, Array]) -> bool:
    """Whether every array is as long as the others need, and every number in it leads to a place that is there."""
    entities, rules, gates = len(arrays["depth"]), len(arrays["subject"]), len(arrays["gate"])
    limits = {
        "subject": (0, entities, rules),
        "object": (0, entities, rules),
        "sign": (-1, 2, rules),
        "strength": (0, len(STRENGTHS), rules),
        "needs": (0, len(STRENGTHS), rules),
        "gate": (0, entities, gates),
        "member": (0, entities, gates),
        "negated": (0, 2, gates),
        "out": (0, rules, rules),
        "into": (0, rules, rules),
        "part": (0, gates, gates),
        "whole": (0, gates, gates),
    }
    for name, (least, beyond, length) in limits.items():
        array = arrays[name]
        if len(array) != length or (length and not least <= array.min() <= array.max() < beyond):
            return False
    ends = {"out": entities, "into": 2 * entities, "part": entities, "whole": entities, "name": entities}
    for name, places in ends.items():
        at, end = arrays[f"{name}_at"], len(arrays["names" if name == "name" else name])
        if len(at) != places + 1 or at[0] != 0 or at[-1] != end or (at[:-1] > at[1:]).any():
            return False
    nested = (arrays["depth"][arrays["gate"]] > arrays["depth"][arrays["member"]]).all()
    apart = (arrays["subject"] != arrays["object"]).all()
    return bool(nested and apart and arrays["sign"].all() and _readable(arrays["names"], arrays["name_at"]))


def _readable(names: Array, starts: Array) -> bool:
    """Whether all names are UTF-8, each from its first byte to its last."""
    try:
        str(names.data, "utf-8")
    except UnicodeDecodeError:
        return False
    first = names[starts[:-1][starts[:-1] < len(names)]]
    return not ((first & 0xC0) == 0x80).any()
