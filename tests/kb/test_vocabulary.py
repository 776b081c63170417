"""The vocabulary of observed therapies: every name is known, and every name has biology behind it.

The rule base is measured on drugs that are given only by target and mode. A name that resolves to an entity that
nothing leads to, or that leads nowhere, would be answered with *no known mechanism* and look like knowledge.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

import theralogic.reasoning.reference as engine
from theralogic.files.locations import load_kb
from theralogic.model.levels import ELEVATED, HIGH, LOW, STRONG
from theralogic.model.names import lookup
from theralogic.model.records import Arm, Case, Finding, KnowledgeBase, Teaching
from theralogic.model.vocabulary import VERBS
from theralogic.reasoning.evaluate import run_arm
from theralogic.score import MODES

TABLE = Path(__file__).parent.parent / "data" / "vocabulary.csv"
ROWS = [(row["kind"], row["name"]) for row in csv.DictReader(TABLE.read_text().splitlines())]
NAMES = [(kind, name) for kind, name in ROWS if kind != "mode"]
TARGETS = [name for kind, name in ROWS if kind == "target"]
READOUTS = [name for kind, name in ROWS if kind == "readout"]
FINDINGS = [name for kind, name in ROWS if kind == "finding"]


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_kb()


def entity_named(kb: KnowledgeBase, name: str) -> str:
    found = lookup(kb.names["entity"], name)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def reached(kb: KnowledgeBase) -> dict[str, set[str]]:
    """What a strong change of each target can move, as far as strengths and needs let it pass."""
    onward = defaultdict(list)
    for mechanism in kb.mechanisms:
        onward[mechanism.subject].append((mechanism.object, mechanism.strength, mechanism.needs))
    for gate in kb.entities.values():
        for member in gate.members:
            onward[member.entity].append((gate.id, STRONG, 0))

    def from_target(target: str) -> set[str]:
        # An antibody that kills takes the cells that bear its target.
        bound = dict.fromkeys((target, *kb.entities[target].borne_by), STRONG)
        waiting = list(bound)
        while waiting:
            source = waiting.pop()
            for thing, strength, needs in onward[source]:
                arriving = min(bound[source], strength)
                if bound[source] >= needs and arriving > bound.get(thing, 0):
                    bound[thing] = arriving
                    waiting.append(thing)
        return set(bound)

    return {name: from_target(entity_named(kb, name)) for name in TARGETS}


@pytest.mark.parametrize(("kind", "name"), NAMES)
def test_every_name_of_the_vocabulary_is_known(kind: str, name: str, kb: KnowledgeBase) -> None:
    assert lookup(kb.names["disease" if kind == "disease" else "entity"], name) is not None


def test_every_mode_of_the_vocabulary_has_a_verb() -> None:
    assert {MODES[name] for kind, name in ROWS if kind == "mode"} <= set(VERBS)


@pytest.mark.parametrize("name", [name for kind, name in ROWS if kind == "disease" and name != "healthy volunteers"])
def test_every_disease_is_measured_and_something_drives_its_measure(name: str, kb: KnowledgeBase) -> None:
    found = lookup(kb.names["disease"], name)
    assert found is not None
    activity = kb.diseases[found].activity
    case = Case(
        id="disease",
        diseases=(found,),
        teaching=Teaching((), (), ()),
    )
    run = run_arm(kb, case, Arm("treated", "", (), (), ()), engine)
    assert activity in run.untreated.settlement.changes
    assert run.levels[activity] >= ELEVATED


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_moves_something_that_is_measured_or_felt(
    name: str, kb: KnowledgeBase, reached: dict[str, set[str]]
) -> None:
    kinds = {"activity", "risk", "readout", "measure", "symptom"}
    measured = {entity_named(kb, readout) for readout in READOUTS}
    assert [e for e in reached[name] if kb.entities[e].kind in kinds or e in measured] != []


@pytest.mark.parametrize("name", READOUTS)
def test_a_chain_of_rules_leads_from_some_target_to_every_readout(name: str, kb: KnowledgeBase) -> None:
    # The chain may fade on its way: that a readout stays as it is can be what was observed, and then it has a reason.
    causes = defaultdict(set)
    for mechanism in kb.mechanisms:
        causes[mechanism.object].add(mechanism.subject)
    for gate in kb.entities.values():
        causes[gate.id].update(member.entity for member in gate.members)
    found = {entity_named(kb, name)}
    waiting = list(found)
    while waiting:
        new = causes[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    assert found & {entity_named(kb, target) for target in TARGETS}


@pytest.mark.parametrize("level", [LOW, HIGH])
@pytest.mark.parametrize("name", FINDINGS)
def test_every_finding_can_be_given_and_stays_as_given(name: str, level: int, kb: KnowledgeBase) -> None:
    entity = entity_named(kb, name)
    arm = Arm("treated", "", (Finding(entity, level, ""),), (), ())
    case = Case(
        id="finding",
        arms=(arm,),
        teaching=Teaching((), (), ()),
    )
    run = run_arm(kb, case, arm, engine)
    assert run.levels[entity] == level
    assert [e for e in run.untreated.settlement.changes if e != entity] != []
