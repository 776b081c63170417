"""A seeded generator of random rule bases with a case, written with the keys of the YAML files.

Plain data rather than objects, so that a world goes through the loader like anybody's files, and a disagreement
can be cut down (:mod:`tests.oracle.shrink`) and printed as YAML. Worlds are small and dense: what engines get
wrong are loops, gates, ties and things proposed again, and those are frequent where everything acts on everything.
"""

from __future__ import annotations

import random
from typing import Any

from theralogic.files import cases, load, resolve, schema
from theralogic.files.yaml_reader import Document
from theralogic.model.context import facts_of, leave_out
from theralogic.model.levels import LEVELS, ONSETS, STRENGTHS
from theralogic.model.records import Case, KnowledgeBase, Limit
from theralogic.reasoning.kernel import GivenChange, Headroom, Situation
from theralogic.reasoning.network import build_network, restrict

World = dict[str, Any]

FOLDERS = {
    "entities": schema.EntityItem,
    "mechanisms": schema.MechanismItem,
    "diseases": schema.DiseaseFile,
    "interventions": schema.InterventionItem,
    "cautions": schema.CautionItem,
}
WORDS = (
    "serum free bound spliced naive activated signalling of in the by and 3 'quoted' \"double\" β naïve no null".split()
)
LOWERING, RAISING = ("blocks", "neutralizes", "degrades"), ("supplies", "agonizes")
TISSUES, CELLS, PHASES = ("synovium", "gut", "skin"), ("T cell", "mast cell"), ("acute", "chronic")


def generate(seed: int) -> World:
    """The world of a seed: ``entities``, ``mechanisms``, ``diseases``, ``interventions``, ``cautions`` and ``case``."""
    rng = random.Random(seed)
    plain = [f"e{n}" for n in range(rng.randint(2, 12))]
    gates = [f"g{n}" for n in range(rng.choice((0, 0, 1, 2, 4)))]
    entities = [_entity(rng, e) for e in plain]
    entities += [_gate(rng, gate, plain + gates[:n]) for n, gate in enumerate(gates)]
    nodes = plain + gates
    if rng.random() < 0.1:
        nodes = plain[:1] * 3 + nodes  # a hub
    world: World = {
        "entities": entities,
        "mechanisms": _mechanisms(rng, nodes),
        "diseases": [_disease(rng, d, plain) for d in ("d0", "d1")],
        "interventions": [_drug(rng, f"drug{n}", nodes) for n in range(3)],
        "cautions": [_caution(rng, n, nodes) for n in range(rng.randint(0, 6))],
        "case": _case(rng, plain),
    }
    _place(random.Random(f"places {seed}"), world)
    for items in (world[folder] for folder in FOLDERS):
        rng.shuffle(items)
    return world


def knowledge_base(world: World) -> KnowledgeBase:
    """The rule base of a world, through the package's own models and resolver."""
    items = {folder: [_item(model, each) for each in world.get(folder, [])] for folder, model in FOLDERS.items()}
    return resolve.Resolver(load.Sources(items=items)).knowledge_base()


def case_of(world: World, kb: KnowledgeBase) -> Case:
    """The case of a world."""
    return cases.case_from(_item(schema.CaseFile, world["case"]), kb)


def situation(kb: KnowledgeBase, case: Case, seed: int) -> Situation:
    """A situation that no case need lead to: any level, anything given, at any strength, pinned or undecided."""
    rng = random.Random(seed)
    facts = facts_of(kb, case.diseases, case.arms[0], treated=True)
    given = {}
    for entity in rng.sample(sorted(kb.entities), rng.randint(1, min(4, len(kb.entities)))):
        given[entity] = GivenChange(
            rng.choice((-1, -1, 0, 1, 1)), rng.randint(0, 3), rng.choice((None, Limit("dose", "low")))
        )
    levels = {e: rng.randrange(len(LEVELS)) for e in sorted(kb.entities) if not kb.entities[e].members}
    network = restrict(build_network(kb.entities, kb.mechanisms), leave_out(kb.mechanisms, facts))
    return Situation(kb.entities, network, Headroom(kb.entities, levels), given)


def _item(model: Any, data: Any) -> load.LoadedItem:
    return load.LoadedItem(model.model_validate(data), Document("world"), ())


def _name(rng: random.Random, identity: str) -> str:
    return " ".join((identity, *rng.choices(WORDS, k=rng.randint(0, 5))))


def _entity(rng: random.Random, identity: str) -> World:
    entity = {"id": identity, "name": _name(rng, identity), "kind": "signal"}
    entity["tone"] = rng.choice(("inducible", "inducible", "constitutive"))
    if rng.random() < 0.2:
        entity["level"] = rng.choice(LEVELS)
    if rng.random() < 0.25:
        entity["drivers"] = "sufficient"
    return entity


def _gate(rng: random.Random, identity: str, among: list[str]) -> World:
    members = rng.sample(among, min(len(among), rng.randint(1, 3)))
    parts = [{"not": member} if rng.random() < 0.25 else member for member in members]
    return {"id": identity, "name": _name(rng, identity), "kind": "complex", "requires": parts}


def _mechanisms(rng: random.Random, nodes: list[str]) -> list[World]:
    mechanisms = []
    for n in range(rng.randint(len(nodes), 3 * len(nodes))):
        subject, target = rng.choice(nodes), rng.choice(nodes)
        if subject == target:
            continue
        relation = rng.choice(("activates", "activates", "inhibits"))
        mechanisms.append(_mechanism(rng, f"m{n}", subject, relation, target))
        if rng.random() < 0.08:  # another one between the same two, of equal or opposite sign
            mechanisms.append(_mechanism(rng, f"m{n}b", subject, rng.choice(("activates", "inhibits")), target))
    return mechanisms


def _mechanism(rng: random.Random, identity: str, subject: str, relation: str, target: str) -> World:
    mechanism: World = {
        "id": identity,
        "subject": subject,
        "relation": relation,
        "object": target,
        "strength": rng.choice(STRENGTHS[1:]),
        "because": "for a test",
    }
    if rng.random() < 0.4:
        mechanism["needs"] = rng.choice(STRENGTHS[1:])
    if rng.random() < 0.4:
        mechanism["onset"] = rng.choice(ONSETS)
    if rng.random() < 0.15:
        context = {"tissue": rng.choice(TISSUES), "phase": list(PHASES), "dose": "low", "disease": "d1"}
        key = rng.choice(sorted(context))
        mechanism[rng.choice(("where", "unless"))] = {key: context[key]}
    return mechanism


def _place(rng: random.Random, world: World) -> None:
    """In every third world much takes place somewhere, and no drug gets everywhere."""
    if rng.random() > 0.33:
        return
    for mechanism in world["mechanisms"]:
        if not mechanism.keys() & {"where", "unless"} and rng.random() < 0.4:
            mechanism["where"] = {"tissue": rng.sample(TISSUES, rng.choice((1, 1, 2)))}
            if rng.random() < 0.3:
                mechanism["where"]["cell"] = rng.choice(CELLS)
    for disease in world["diseases"]:
        disease["compartments"] = {"tissue": rng.sample(TISSUES, 2), "cell": rng.sample(CELLS, rng.randint(1, 2))}
    for drug in world["interventions"]:
        if rng.random() < 0.7:
            places = rng.sample((*TISSUES, *CELLS), rng.randint(1, 3))
            drug["reach"] = {place: rng.choice(STRENGTHS[1:]) for place in places}


def _disease(rng: random.Random, identity: str, plain: list[str]) -> World:
    levels = {e: rng.choice(LEVELS) for e in rng.sample(plain, rng.randint(1, min(4, len(plain))))}
    disease: World = {"id": identity, "name": identity.upper(), "activity": rng.choice(plain), "levels": levels}
    if rng.random() < 0.5:
        disease["compartments"] = {"tissue": rng.sample(TISSUES, 2)}
    return disease


def _drug(rng: random.Random, identity: str, nodes: list[str]) -> World:
    actions = [_action(rng, nodes) for _ in range(rng.choice((1, 1, 2, 3)))]
    drug: World = {"id": identity, "name": _name(rng, identity), "class": "test agent", "actions": actions}
    if rng.random() < 0.4:
        drug["dose"] = {"low": rng.choice(STRENGTHS[1:]), "standard": rng.choice(STRENGTHS[1:])}
    if rng.random() < 0.3:
        drug["reach"] = {rng.choice(TISSUES): rng.choice(STRENGTHS[1:])}
    return drug


def _action(rng: random.Random, nodes: list[str]) -> World:
    verb = rng.choice(rng.choice((LOWERING, LOWERING, RAISING)))
    return {"verb": verb, "target": rng.choice(nodes), "potency": rng.choice(STRENGTHS[1:])}


def _caution(rng: random.Random, number: int, nodes: list[str]) -> World:
    ways = ("increases", "decreases", "decreases", "ambiguous")
    when: list[World] = [
        {"change": rng.choice(nodes), "direction": rng.choice(ways)} for _ in range(rng.choice((1, 1, 2, 2, 3, 5, 9)))
    ]
    if rng.random() < 0.5:
        when[0] = rng.choice(({"intervention": "drug0"}, {"disease": "d0"}, {"action": "blocks", "target": nodes[0]}))
    return {"id": f"caution{number}", "when": when, "say": "take care", "because": "for a test"}


def _case(rng: random.Random, plain: list[str]) -> World:
    found = rng.sample(plain, rng.randint(0, min(3, len(plain))))
    findings = [{"entity": e, "level": rng.choice((*LEVELS, "normal", "normal"))} for e in found]
    given: list[Any] = ["drug0", *rng.choice(([], ["drug1"], ["drug1", "drug2"]))]
    case: World = {"id": "case", "hypothetical": True, "title": "random", "disease": "d0", "findings": findings}
    case["interventions"] = given
    case["context"] = {"phase": rng.choice(PHASES)}
    arms: list[World] = [{"id": "high", "findings": [{"entity": rng.choice(plain), "level": rng.choice(LEVELS)}]}]
    if "drug2" not in given:
        arms.append({"id": "more", "add": ["drug2"]})
    case["arms"] = rng.sample(arms, rng.randint(0, len(arms)))
    return case
