"""Cut a world on which something fails down to one where every part matters, and keep it as YAML."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from tests.oracle.worlds import FOLDERS, World

REGRESSIONS = Path(__file__).with_name("regressions")
NEEDED = {"id", "name", "kind", "subject", "relation", "object", "because", "class", "title", "hypothetical"}


def shrink(world: World, fails: Callable[[World], bool]) -> World:
    """The smallest world found on which ``fails`` still holds; a world that does not even load doesn't count."""

    def still(candidate: World) -> bool:
        try:
            return fails(candidate)
        except Exception:  # whatever the loader says about a world cut in half
            return False

    smaller = True
    while smaller:
        smaller = False
        for candidate in _cuts(world):
            if still(candidate):
                world, smaller = candidate, True
                break
    return world


def keep(world: World, folder: Path) -> Path:
    """Write a world as a pair of YAML files, ``rules.yaml`` and ``case.yaml``, into ``folder``; returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    rules = {name: world[name] for name in FOLDERS if world.get(name)}
    for name, part in (("rules", rules), ("case", world["case"])):
        text = yaml.safe_dump(part, sort_keys=False, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def kept(folder: Path) -> World:
    """A world that was written by :func:`keep`."""
    rules, case = (yaml.safe_load((folder / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("rules", "case"))
    return {**{name: rules.get(name, []) for name in FOLDERS}, "case": case}


def _cuts(world: World) -> Iterator[World]:
    """Every world with one item, or else one optional key or entry, left out."""
    for folder in FOLDERS:
        for index in range(len(world.get(folder, ()))):
            candidate = copy.deepcopy(world)
            del candidate[folder][index]
            yield candidate
    for path in _paths(world, ()):
        candidate = copy.deepcopy(world)
        holder: Any = candidate
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        yield candidate


def _paths(part: Any, here: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    steps = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
    for step in steps:
        if step not in NEEDED and len(here) > (0 if here[:1] == ("case",) else 1):
            yield (*here, step)
        yield from _paths(part[step], (*here, step))
