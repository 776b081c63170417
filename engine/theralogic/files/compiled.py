"""The compiled rule base: what YAML said, as one file of plain tuples beside the user's other caches.

YAML takes seconds at ten thousand rules, this takes milliseconds. The key is a digest of the rule files' names
and bytes and of the shape of the model, so a stale file is never read; the file itself carries a digest of its
content, so a damaged one is made anew. It holds strings, numbers and tuples in Python's own byte form (as
``.pyc`` files do), never objects, so reading it runs nothing; and it is read only where the user alone may have
written it, because a crafted file could still crash the reader. Safe to delete at any time.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from theralogic.files.atomic import write_atomic
from theralogic.files.tree import digest_of, read_bytes, rule_files
from theralogic.model.errors import Problem
from theralogic.model.records import (
    Action,
    Arm,
    Case,
    Caution,
    Condition,
    Disease,
    Entity,
    Evidence,
    Expectation,
    Finding,
    Intervention,
    KnowledgeBase,
    Mechanism,
    Member,
    Prescription,
    Teaching,
)

T = TypeVar("T")
RECORDS: tuple[Any, ...] = (Entity, Mechanism, Disease, Intervention, Caution, Arm, Case, KnowledgeBase)
SHAPE = hashlib.sha256(
    repr((sys.hexversion, [(record.__name__, record._fields) for record in RECORDS])).encode()
).hexdigest()[:8]


def load_compiled(root: Path) -> KnowledgeBase:
    """The rule base under ``root``: from the cache where it is current, else from YAML, which renews the cache."""
    digest = current_digest(root)
    path = cache_path(digest) if digest else None
    if path is not None:
        cached = _cached(path, decode)
        if cached is not None and cached.digest == digest:
            return cached
    from theralogic.files.load import read_rules
    from theralogic.files.resolve import Resolver

    kb = Resolver(read_rules(root)).knowledge_base()
    if path is not None and kb.digest == digest:
        _write(path, encode(kb))
    return kb


def load_compiled_case(text: bytes, shown: str, kb: KnowledgeBase) -> Case:
    """A case from the bytes of its file: from the cache where it was read before against the same rules."""
    digest = digest_of([(shown, text), ("rules", kb.digest.encode())])
    path = cache_path(digest, "case")
    if path is not None:
        cached = _cached(path, decode_case)
        if cached is not None:
            return cached
    from theralogic.files.cases import case_from_text

    case = case_from_text(text, shown, kb)
    if path is not None:
        _write(path, _row(case, {}))
    return case


def current_digest(root: Path) -> str:
    """Digest of the rule files as they are now, or an empty string where one can't be read."""
    read: list[tuple[str, bytes]] = []
    problems: list[Problem] = []
    for shown, path in rule_files(root):
        text = read_bytes(path, shown, root, problems)
        if text is None:
            return ""
        read.append((shown, text))
    return digest_of(read)


def cache_folder() -> Path | None:
    """The user's cache folder for compiled rules, or None where caching is switched off."""
    chosen = os.environ.get("THERALOGIC_CACHE", "")
    if chosen in ("off", "0"):
        return None
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return home / "theralogic"


def cache_path(digest: str, what: str = "rules") -> Path | None:
    """Where the compiled form of the rules (or the case) with this digest is kept."""
    folder = cache_folder()
    return folder / f"{what}-{SHAPE}-{digest}.bin" if folder else None


def _body(path: Path) -> Any:
    """Content of a cache file that is ours and whole, or None."""
    try:
        if not _trusted(path):
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        return marshal.loads(body) if hashlib.sha256(body).hexdigest().encode() == head else None
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _cached(path: Path, decoded: Callable[[Any], T]) -> T | None:
    """What a cache file holds, or None where it isn't what we write."""
    body = _body(path)
    try:
        return decoded(body) if body is not None else None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None


def _trusted(path: Path) -> bool:
    """A regular file of this user's in a folder nobody else may write to."""
    if sys.platform == "win32":
        return path.is_file()
    me = os.getuid()
    file, folder = path.lstat(), path.parent.stat()
    open_to_others = stat.S_IWGRP | stat.S_IWOTH
    return (
        stat.S_ISREG(file.st_mode)
        and file.st_uid == me
        and folder.st_uid == me
        and not (file.st_mode & open_to_others)
        and not (folder.st_mode & open_to_others)
    )


def _write(path: Path, data: Any) -> None:
    body = marshal.dumps(data)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomic(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body, private=True)
    except (OSError, ValueError):
        # A cache that can't be written costs time, never an answer.
        return


def encode(kb: KnowledgeBase) -> dict[str, Any]:
    """The rule base as plain tuples."""
    same: dict[Any, Any] = {}
    return {
        "entities": [_row(e, same) for e in kb.entities.values()],
        "mechanisms": [_row(m, same) for m in kb.mechanisms],
        "diseases": [_row(d, same) for d in kb.diseases.values()],
        "interventions": [_row(i, same) for i in kb.interventions.values()],
        "cautions": [_row(c, same) for c in kb.cautions],
        "names": {kind: {_row(n, same): _row(i, same) for n, i in names.items()} for kind, names in kb.names.items()},
        "version": kb.version,
        "digest": kb.digest,
    }


def _row(value: Any, same: dict[Any, Any]) -> Any:
    """``value`` with every record a plain tuple; what is alike becomes one object, which marshal writes once.

    Tuples are alike where they hold the same objects: ``(1,)`` and ``(True,)`` would be equal.
    """
    if isinstance(value, tuple):
        value = tuple([_row(item, same) for item in value])
        return same.setdefault(tuple(map(id, value)), value)
    return same.setdefault(value, value) if isinstance(value, str) else value


def decode(data: dict[str, Any]) -> KnowledgeBase:
    """The rule base from plain tuples; raises on anything that is not one."""
    return KnowledgeBase(
        entities={e.id: e for e in _records(Entity, data["entities"], members=Member)},
        mechanisms=tuple(_records(Mechanism, data["mechanisms"], evidence=Evidence)),
        diseases={d.id: d for d in _records(Disease, data["diseases"], evidence=Evidence)},
        interventions={
            i.id: i for i in _records(Intervention, data["interventions"], actions=Action, evidence=Evidence)
        },
        cautions=tuple(_records(Caution, data["cautions"], when=Condition, evidence=Evidence)),
        names=data["names"],
        version=data["version"],
        digest=data["digest"],
    )


def decode_case(row: Any) -> Case:
    """A case from plain tuples."""
    case = Case._make(row)
    return case._replace(
        arms=tuple(_arm(Arm._make(arm)) for arm in case.arms),
        expect=tuple(map(Expectation._make, case.expect)),
        teaching=Teaching._make(case.teaching),
    )


def _arm(arm: Arm) -> Arm:
    drugs = _records(Intervention, [given for given, _ in arm.prescriptions], actions=Action, evidence=Evidence)
    prescriptions = (Prescription(drug, dose) for drug, (_, dose) in zip(drugs, arm.prescriptions, strict=True))
    return arm._replace(findings=tuple(map(Finding._make, arm.findings)), prescriptions=tuple(prescriptions))


def _records(record: Any, rows: Iterable[tuple[Any, ...]], **parts: Any) -> list[Any]:
    """Records from their rows, with the rows in some fields made records, too."""
    make, inner = record._make, [(record._fields.index(field), part._make) for field, part in parts.items()]
    found = []
    for row in rows:
        values = list(row)
        for at, made in inner:
            if values[at]:
                values[at] = tuple(map(made, values[at]))
        found.append(make(values))
    return found
