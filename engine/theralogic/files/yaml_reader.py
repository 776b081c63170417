"""YAML as plain data with a place for every value, and none of YAML's surprises.

Built from parser events with an explicit stack, not from a loader: so nesting is bounded before anything
recurses, an alias can't multiply (there are none), tags can't construct anything, a duplicate key is seen,
and scalars follow the YAML 1.2 core schema (``no`` is a string, ``012`` is twelve).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from theralogic.files.tree import MAX_BYTES
from theralogic.model.errors import Problem, Problems, Where
from theralogic.model.safe_text import hidden, printable, quoted

Path = tuple[str | int, ...]

MAX_DEPTH = 24
MAX_TEXT = 20_000
MOST_ITEMS = 1_000_000  # keys, values, lists and mappings of one file, or of all files of a rule base

_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,18}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_SPECIAL = re.compile(r"[-+]?\.(inf|Inf|INF)\Z|\.(nan|NaN|NAN)\Z")


class Document:
    """Plain data of one file plus where each value and each key stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.data: Any = None
        self.problems = Problems()
        self.cut = False  # reading stopped inside: what was open then is only half there
        self._values: dict[Path, tuple[int, int]] = {}
        self._keys: dict[Path, tuple[int, int]] = {}

    @property
    def items(self) -> int:
        """Keys, values, lists and mappings that were read."""
        return len(self._values) + len(self._keys)

    def where(self, path: Path, *, key: bool = False) -> Where:
        """Place of the value at ``path`` (or of its key); of the nearest parent where it is missing."""
        if key and path in self._keys:
            return Where(self.file, *self._keys[path])
        while path and path not in self._values:
            path = path[:-1]
        return Where(self.file, *self._values.get(path, (1, 1)))

    def problem(self, code: str, message: str, mark: Any, help: str | None = None) -> None:
        self.problems.append(Problem(code, message, Where(self.file, mark.line + 1, mark.column + 1), help))

    def note(self, path: Path, mark: Any, *, key: bool = False) -> None:
        (self._keys if key else self._values)[path] = (mark.line + 1, mark.column + 1)


def read_yaml(text: bytes, file: str, most: int = MOST_ITEMS) -> Document:
    """Parse one YAML document; whatever is wrong is in ``problems`` and ``data`` is then best effort.

    Beyond ``most`` items nothing is read, and what was read is let go.

    Codes: ``not-text``, ``too-large``, ``yaml-syntax``, ``yaml-tag``, ``yaml-alias``, ``duplicate-key``,
    ``too-deep``, ``bad-key``, ``hidden-character``, ``not-a-number``.
    """
    document = Document(file)
    if len(text) > MAX_BYTES:
        document.problems.append(
            Problem("too-large", f"file has {len(text)} bytes, the limit is {MAX_BYTES}", Where(file), "split it")
        )
        document.cut = True
        return document
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = text[: error.start].count(b"\n") + 1
        document.problems.append(
            Problem("not-text", "file is not UTF-8 text", Where(file, line, 1), "save it as UTF-8")
        )
        document.cut = True
        return document
    unreadable = _UNREADABLE.search(decoded)
    if unreadable is not None:
        before = decoded[: unreadable.start()]
        where = Where(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"hidden character `{printable(unreadable[0])}` in the file"
        document.cut = True
        document.problems.append(Problem("hidden-character", message, where, "delete it"))
        return document
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _build(document, yaml.parse(decoded, Loader=loader), most)
    except yaml.MarkedYAMLError as error:
        document.cut = True
        mark = error.problem_mark or error.context_mark
        where = Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)
        message = printable(str(error.problem or "can't be read")).strip()
        if "nesting depth" in message:  # libyaml has a limit of its own, and may meet it before we see an event
            document.problems.append(Problem("too-deep", f"nested deeper than {MAX_DEPTH}", where, "flatten it"))
            return document
        help = "check indentation, colons and quotes"
        if mark and decoded[mark.index : mark.index + 1] == "\t":
            message, help = "a tab stands where only spaces may", "indent with spaces"
        document.problems.append(Problem("yaml-syntax", message, where, help))
    except yaml.YAMLError as error:
        document.cut = True
        message = printable(str(error)).splitlines()[0]
        document.problems.append(Problem("yaml-syntax", message, Where(file), "remove the unreadable character"))
    return document


_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent, yaml.DocumentEndEvent, yaml.StreamEndEvent)


class _Open:
    """A mapping or list being filled."""

    __slots__ = ("data", "path", "key")

    def __init__(self, data: dict[str, Any] | list[Any], path: Path) -> None:
        self.data = data
        self.path = path
        self.key: str | None = None


def _build(document: Document, events: Any, most: int) -> None:
    stack: list[_Open] = []
    documents, left = 0, most + 2  # the stream and the document begin with an event each
    for event in events:
        left -= not isinstance(event, _ENDS)
        if left < 0:
            help = "split it, or give large tables of mechanisms to `theralogic rules compile`"
            document.problem("too-large", f"more than {MOST_ITEMS:,} items in all", event.start_mark, help)
            document.data, document.cut = None, True
            return
        if document.problems.full:
            document.cut = True
            return
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                document.problem("yaml-syntax", "a second document starts here", event.start_mark, "one per file")
                return
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            _refuse_tag(document, event)
            if len(stack) >= MAX_DEPTH:
                document.problem("too-deep", f"nested deeper than {MAX_DEPTH}", event.start_mark, "flatten it")
                document.cut = True
                return
            opened: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
            if stack and isinstance(stack[-1].data, dict) and stack[-1].key is None:
                document.problem("bad-key", "a key must be plain text", event.start_mark, "quote it")
                document.cut = True
                return
            stack.append(_Open(opened, _place(document, stack, opened, event.start_mark)))
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            stack.pop()
        elif isinstance(event, yaml.ScalarEvent):
            _refuse_tag(document, event)
            if stack and isinstance(stack[-1].data, dict) and stack[-1].key is None:
                _key(document, stack[-1], event)
            else:
                _place(document, stack, _scalar(document, event), event.start_mark)
        elif isinstance(event, yaml.AliasEvent):
            document.problem("yaml-alias", "aliases are not read here", event.start_mark, "write the value out")
            if stack and isinstance(stack[-1].data, dict) and stack[-1].key is None:
                document.cut = True
                return
            _place(document, stack, None, event.start_mark)


def _key(document: Document, opened: _Open, event: Any) -> None:
    key = _text(document, event.value, event.start_mark)
    path = (*opened.path, key)
    if key in opened.data:
        first = document.where(path, key=True)
        message = f"key {quoted(key)} is here twice, first at line {first.line}"
        document.problem("duplicate-key", message, event.start_mark, "keep one")
    document.note(path, event.start_mark, key=True)
    opened.key = key


def _place(document: Document, stack: list[_Open], value: Any, mark: Any) -> Path:
    """Put ``value`` where the innermost open collection wants it; returns its path."""
    if not stack:
        document.data = value
        document.note((), mark)
        return ()
    parent = stack[-1]
    if isinstance(parent.data, list):
        path: Path = (*parent.path, len(parent.data))
        parent.data.append(value)
    else:
        key = parent.key or ""
        path = (*parent.path, key)
        parent.data[key] = value
        parent.key = None
    document.note(path, mark)
    return path


def _refuse_tag(document: Document, event: Any) -> None:
    if event.tag is not None:
        document.problem("yaml-tag", f"tag {quoted(event.tag)} is not allowed", event.start_mark, "remove it")
    if event.anchor is not None:
        document.problem("yaml-alias", "anchors are not read here", event.start_mark, "write the value out")


def _scalar(document: Document, event: Any) -> Any:
    text: str = event.value
    if event.style:  # quoted text stays text
        return _text(document, text, event.start_mark)
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.match(text):
        return int(text)
    if _SPECIAL.match(text) or (_FLOAT.match(text) and abs(float(text)) == float("inf")):
        document.problem("not-a-number", f"{quoted(text)} is not a finite number", event.start_mark, "write a number")
        return None
    if _FLOAT.match(text):
        return float(text)
    return _text(document, text, event.start_mark)


def _text(document: Document, text: str, mark: Any) -> str:
    if len(text) > MAX_TEXT:
        document.problem("too-large", f"text of {len(text)} characters, the limit is {MAX_TEXT}", mark, "shorten it")
        return text[:MAX_TEXT]
    bad = None if text.isprintable() else next((c for c in text if hidden(c)), None)
    if bad is not None:
        document.problem("hidden-character", f"hidden character `{ascii(bad)[1:-1]}` in text", mark, "delete it")
        return printable(text)
    return text
