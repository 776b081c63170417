"""The compiled rule base: what YAML said, as one file of plain tuples beside the user's other caches.

YAML takes seconds at ten thousand rules, this takes milliseconds. The key is a digest of the rule files' names
and bytes, of this Python, and of the code that gives YAML its meaning, so a stale file is never read. A file holds
strings, numbers and tuples in Python's own byte form (as ``.pyc`` files do), never objects, so reading it runs nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from theralogic.files.cache import cache_folder, read_cached, write_cached
from theralogic.files.code_digest import code_digest
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
        write_cached(path, encode(kb))
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
        write_cached(path, _row(case, {}))
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


def cache_path(digest: str, what: str = "rules") -> Path | None:
    """Where the compiled form of the rules (or the case) with this digest is kept."""
    folder = cache_folder()
    return folder / f"{what}-{_reader()}-{digest}.bin" if folder else None


def _reader() -> str:
    """What reads a rule base: this Python, whose byte form the file is in, and the code that gives YAML its meaning."""
    return f"{sys.hexversion:x}{code_digest('model', 'files')}"


def _cached(path: Path, decoded: Callable[[Any], T]) -> T | None:
    """What a cache file holds, or None where it isn't what we write."""
    body = read_cached(path)
    try:
        return decoded(body) if body is not None else None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None


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
