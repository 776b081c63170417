"""A third judge of the semantics: worlds from their plain data through ``section4.lp`` with clingo, without an engine.

The worlds are read here from their YAML keys, and not by the loader, so that nothing is shared with what is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import clingo
from tests.oracle.worlds import World

PROGRAM = Path(__file__).with_name("section4.lp").read_text(encoding="utf-8")
STRENGTHS = ("none", "weak", "moderate", "strong")
LEVELS = ("absent", "low", "normal", "elevated", "high")
DIRECTIONS = {1: "increases", -1: "decreases", 0: "ambiguous"}
CERTAINTIES = ("ambiguous", "contested", "outweighed", "unopposed", "given")
LOWER = {"blocks", "neutralizes", "depletes", "sequesters", "degrades", "inhibits"}
MOST_TIERS = 1000

Place = tuple[int, str]
"""An id of a world, by the number of the world."""


def judged(worlds: Sequence[World]) -> list[dict[str, Any]]:
    """Levels and changes of both worlds of each case, in the form of the conformance worlds.

    Several at once because starting clingo takes longer than what it has to do for one.
    """
    rules = [fact for at, world in enumerate(worlds) for fact in (*_entities(at, world), *_rules(at, world))]
    stated = [fact for at, world in enumerate(worlds) for fact in _stated(at, world)]
    drugs = [fact for at, world in enumerate(worlds) for fact in _drugs(at, world)]
    before = _settle("untreated", [*rules, *stated])
    healthy = {
        (at, entity["id"]): entity.get("level", "normal")
        for at, world in enumerate(worlds)
        for entity in world["entities"]
        if "requires" not in entity
    }
    levels = dict(healthy)
    for name in ("moved", "stated"):
        levels |= {_place(entity): LEVELS[level.number] for entity, level in _found(before, name, 2)}
    after = [_fact("after", place, LEVELS.index(level)) for place, level in levels.items()]
    lacks = [
        _fact("lacks", (at, finding["entity"]))
        for at, world in enumerate(worlds)
        for finding in world["case"].get("findings", ())
        if finding["level"] == "absent"
    ]
    treated = _settle("treated", [*rules, *after, *lacks, *drugs])
    changes = [_changes(control, len(worlds)) for control in (before, treated)]
    return [
        {
            "untreated": {
                "levels": {e: level for (w, e), level in levels.items() if w == at and level != healthy[w, e]},
                "changes": changes[0][at],
            },
            "treated": {"changes": changes[1][at]},
        }
        for at in range(len(worlds))
    ]


def _settle(part: str, facts: list[str]) -> clingo.Control:
    """Ground the program part by part until nothing waits."""
    control = clingo.Control(["--warn=none"])
    control.add("base", [], PROGRAM)
    control.add("base", [], "\n".join(facts))

    def cache(name: str, *at: int) -> None:
        control.ground([(name, [clingo.Number(n) for n in at])])

    for name in ("base", part, "levels"):
        cache(name)
    deepest = 0
    cache("shares", 1)
    while _holds(control, "deeper", deepest + 1):
        deepest += 1
        cache("losses", deepest)
        cache("shares", deepest + 1)
    cache("given", deepest)
    cache("propose", 0)
    tier = 0
    while _holds(control, "more", tier):
        tier += 1
        assert tier < MOST_TIERS, "settling does not end"
        cache("tier", tier)
        cache("propose", tier)
    cache("finish", tier)
    for t in range(1, tier + 1):
        cache("rests_on", t)
        cache("certainty", t)
    outcome = (("settled", 5), ("filed", 6), ("certain", 3), ("change", 4))
    atoms = (atom for signature in outcome for atom in control.symbolic_atoms.by_signature(*signature))
    assert all(atom.is_fact for atom in atoms), "something is left to be solved"
    return control


def _holds(control: clingo.Control, name: str, step: int) -> bool:
    return clingo.Function(name, [clingo.Number(step)]) in control.symbolic_atoms


def _found(control: clingo.Control, name: str, arity: int) -> list[list[clingo.Symbol]]:
    return [atom.symbol.arguments for atom in control.symbolic_atoms.by_signature(name, arity)]


def _changes(control: clingo.Control, worlds: int) -> list[dict[str, Any]]:
    """What changes in each world, by entity."""
    certain = {_place(entity): rank.number for entity, rank, _ in _found(control, "certain", 3)}
    found: list[dict[str, Any]] = [{} for _ in range(worlds)]
    for entity, direction, strength, steps in _found(control, "change", 4):
        at, name = _place(entity)
        found[at][name] = {
            "direction": DIRECTIONS[direction.number],
            "strength": STRENGTHS[strength.number],
            "steps": steps.number,
            "certainty": CERTAINTIES[certain[at, name]],
        }
    return found


def _place(symbol: clingo.Symbol) -> Place:
    number, name = symbol.arguments
    return number.number, name.string


class _Word(str):
    """A constant of the program; any other text is quoted."""


def _fact(name: str, *values: int | str | Place) -> str:
    return f"{name}({','.join(map(_term, values))})."


def _term(value: int | str | Place) -> str:
    if isinstance(value, tuple):
        return f"({value[0]},{clingo.String(value[1])})"
    return str(value) if isinstance(value, (int, _Word)) else str(clingo.String(value))


def _entities(at: int, world: World) -> Iterator[str]:
    for entity in world["entities"]:
        here = at, entity["id"]
        if "requires" in entity:
            for member in entity["requires"]:
                who, how = (member["not"], "neg") if isinstance(member, dict) else (member, "pos")
                yield _fact("member", here, (at, who), _Word(how))
        else:
            yield _fact("plain", here)
            yield _fact("tone", here, _Word(entity.get("tone", "inducible")))
            yield _fact("healthy", here, LEVELS.index(entity.get("level", "normal")))
        if entity.get("drivers") == "sufficient":
            yield _fact("sufficient", here)


def _rules(at: int, world: World) -> Iterator[str]:
    for rule in world["mechanisms"]:
        here = at, rule["id"]
        sign = 1 if rule["relation"] == "activates" else -1
        strength, needs = (STRENGTHS.index(rule.get(key, "moderate")) for key in ("strength", "needs"))
        yield _fact("mechanism", here, (at, rule["subject"]), sign, (at, rule["object"]), strength, needs)
        yield _fact("of", here, at)
        for clause in ("where", "unless"):
            for key, values in rule.get(clause, {}).items():
                for value in values if isinstance(values, list) else [values]:
                    yield _fact(clause, here, _Word(key), value)


def _stated(at: int, world: World) -> Iterator[str]:
    """The untreated patient."""
    yield from _patient(at, world)
    for disease in world["diseases"]:
        if disease["id"] == world["case"].get("disease"):
            yield from (_fact("disease_level", (at, e), _Word(level)) for e, level in disease.get("levels", {}).items())
    yield from (_fact("finding", (at, f["entity"]), _Word(f["level"])) for f in world["case"].get("findings", ()))


def _patient(at: int, world: World) -> Iterator[str]:
    case = world["case"]
    for disease in world["diseases"]:
        if disease["id"] == case.get("disease"):
            yield _fact("fact", at, _Word("disease"), disease["id"])
            for key, places in disease.get("compartments", {}).items():
                yield from (_fact("fact", at, _Word(key), place) for place in places)
    yield from (_fact("fact", at, _Word(key), value) for key, value in case.get("context", {}).items())


def _drugs(at: int, world: World) -> Iterator[str]:
    """The patient with what is given."""
    yield from _patient(at, world)
    known = {drug["id"]: drug for drug in world.get("interventions", ())}
    for number, named in enumerate(world["case"].get("interventions", ())):
        drug = known[named] if isinstance(named, str) else named
        here = at, str(number)
        yield _fact("given", here, "standard", at)
        yield _fact("fact", at, _Word("dose"), "standard")
        for name in ("dose", "reach"):
            yield from (_fact(name, here, what, STRENGTHS.index(cap)) for what, cap in drug.get(name, {}).items())
        for index, action in enumerate(drug["actions"]):
            way = -1 if action["verb"] in LOWER else 1
            potency = STRENGTHS.index(action.get("potency", "strong"))
            yield _fact("action", here, index, way, (at, action["target"]), potency)
            if action["verb"] == "supplies":
                yield _fact("supplies", here, index)
