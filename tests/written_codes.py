"""The codes of problems that stand in the source, found in its syntax tree and not by how its lines look."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class WrittenCode(NamedTuple):
    """A code as it is written, with ``*`` for what is put in as it runs, what it is handed to, and the place."""

    code: str
    taker: str
    place: str


def written_codes(folders: Iterable[Path]) -> list[WrittenCode]:
    """Every code that is handed to something with a parameter ``code: str``, and every default of such a parameter.

    Raises :class:`AssertionError` where what is handed over is neither text nor such a parameter: its code is unknown.
    """
    trees = {path: ast.parse(path.read_text("utf-8")) for folder in folders for path in sorted(folder.rglob("*.py"))}
    takers: dict[str, int | None] = {
        name: at for tree in trees.values() for name, at in _takers(tree).items() if at is not None
    }
    _add_heirs(takers, trees.values())
    return [code for path, tree in trees.items() for code in _codes(tree, path, takers | _takers(tree))]


def _takers(tree: ast.Module) -> dict[str, int | None]:
    """Functions and records of a module: at which place of their arguments a code stands, if one does."""
    found: dict[str, int | None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            inits = [f for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
            fields = [(_name(f.target), f.annotation) for f in node.body if isinstance(f, ast.AnnAssign)]
            if place := _place(_parameters(inits[0]) if inits else fields):
                found[node.name] = place - 1
        elif isinstance(node, ast.FunctionDef) and node.name != "__init__":
            place = _place(_parameters(node))
            found[node.name] = place - 1 if place else None
    return found


def _parameters(function: ast.FunctionDef) -> list[tuple[str, ast.expr | None]]:
    return [(a.arg, a.annotation) for a in function.args.args if a.arg != "self"]


def _place(named: Iterable[tuple[str, ast.expr | None]]) -> int:
    """Which of some parameters is a code, counted from 1; 0 where none is. An exit code is a number."""
    places = (at for at, (name, kind) in enumerate(named, 1) if name == "code" and _name(kind) == "str")
    return next(places, 0)


def _add_heirs(takers: dict[str, int | None], trees: Iterable[ast.Module]) -> None:
    """Add the classes that are made from those that take a code."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    while heirs := [c for c in classes if c.name not in takers and any(_name(base) in takers for base in c.bases)]:
        for heir in heirs:
            takers[heir.name] = next(takers[_name(base)] for base in heir.bases if _name(base) in takers)


def _codes(tree: ast.Module, path: Path, takers: dict[str, int | None]) -> Iterator[WrittenCode]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            last = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            given = [value for a, value in zip(last, node.args.defaults, strict=True) if a.arg == "code"]
            taker = node.name
        elif isinstance(node, ast.Call):
            taker = _name(node.func)
            at = takers.get(taker)
            named = [word.value for word in node.keywords if word.arg == "code"]
            given = [] if at is None else named or node.args[at : at + 1]
        else:
            continue
        for code in (text for value in given for text in _texts(value)):
            yield WrittenCode(code, taker, f"{path.name}:{node.lineno}")


def _name(node: ast.expr | None) -> str:
    """The last part of a name, or nothing."""
    return getattr(node, "id", getattr(node, "attr", ""))


def _texts(value: ast.expr) -> Iterator[str]:
    """The texts that an expression can be; none where it passes on a code that it was given itself."""
    if isinstance(value, ast.IfExp):
        yield from _texts(value.body)
        yield from _texts(value.orelse)
    elif isinstance(value, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values)
    elif isinstance(value, ast.Constant):
        yield str(value.value)
    else:
        assert _name(value) == "code", f"line {value.lineno}: which code is this? {ast.unparse(value)}"
