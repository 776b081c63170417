"""The checker lets sound results pass and catches damaged ones, whatever the damage."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest
from tests.oracle.worlds import case_of, generate, knowledge_base
from tests.sketch import drug, patient, sketch
from tests.unit.damage import Path, damages

from theralogic import reference
from theralogic.build import solve
from theralogic.errors import InvalidInputError
from theralogic.model import Case, KnowledgeBase
from theralogic.result import to_json
from theralogic.verify import Fault, read_result, verify

DAMAGES = int(os.environ.get("THERALOGIC_DAMAGES", "2500"))
EACH = 25
STATED = {"case", "context"}
"""What a result without its case can only be believed about: who the patient is, and what is given."""


def saved(kb: KnowledgeBase, case: Case, by: int = -1) -> Any:
    """The result of a case as it is read back from a file."""
    return json.loads(json.dumps(to_json(solve(kb, case, reference, by=by))))


def caught(kb: KnowledgeBase, data: Any, case: Case | None, by: int | None = None) -> list[Fault]:
    """What is wrong with a saved result, its form included."""
    try:
        results = read_result(json.dumps(data).encode(), "result.json")
    except InvalidInputError as error:
        return [Fault(problem.code, "", problem.message) for problem in error.problems]
    return [fault for result in results for fault in verify(kb, result, case=case, by=by)]


def damaged() -> Iterator[tuple[KnowledgeBase, Case, int, Path, Any]]:
    """Results of random worlds with one thing wrong each."""
    for seed in range(DAMAGES // EACH):
        kb = knowledge_base(world := generate(seed))
        case, by = case_of(world, kb), random.Random(seed).choice((-1, -1, -1, 1, 2))
        for path, data in islice(damages(saved(kb, case, by), random.Random(seed)), EACH):
            yield kb, case, by, path, data


@pytest.mark.parametrize("seed", range(0, 200, 50))
def test_sound_results_hold_with_their_case_and_without(seed: int) -> None:
    for world in map(generate, range(seed, seed + 50)):
        kb = knowledge_base(world)
        case = case_of(world, kb)
        assert caught(kb, saved(kb, case), case, -1) == []
        assert caught(kb, saved(kb, case), None) == []


def test_every_damage_to_a_result_is_caught() -> None:
    tried, missed = 0, []
    for kb, case, by, path, data in damaged():
        tried += 1
        if not caught(kb, data, case, by):
            missed.append(path)
    assert tried >= 2000
    assert missed == []


def test_without_its_case_only_what_a_result_says_went_in_is_believed() -> None:
    missed = [path for kb, _, _, path, data in damaged() if not caught(kb, data, None)]
    # Which questions were asked is no claim either: an answer that is left out is not wrong.
    assert {path[0] for path in missed} <= {*STATED, "answers", "arms"}
    assert all(path[0] in STATED or "answers" in path[-2:] for path in missed), missed


KB = sketch(
    "A -> B moderate",
    "B -> C weak needs weak",
    interventions=[drug("anti-a", blocks="A")],
    diseases=[{"id": "d", "name": "D", "activity": "C", "levels": {"A": "high"}}],
)
CASE = patient(KB, disease="d", interventions=["anti-a"], ask=["B", "C"], arms=[{"id": "none", "remove": ["anti-a"]}])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"direction": "increases"}, "wrong-change"),
        ({"strength": "strong"}, "wrong-change"),
        ({"steps": 7}, "wrong-change"),
        ({"rule": "given"}, "not-given"),
        ({"certainty": "contested"}, "wrong-certainty"),
        ({"onset": "weeks"}, "wrong-onset"),
        ({"premises": []}, "wrong-premises"),
        ({"limits": []}, "wrong-limits"),
        ({"support": []}, "wrong-support"),
        ({"evidence": ["PMID:1"]}, "wrong-evidence"),
        ({"name": "not B"}, "wrong-name"),
    ],
    ids=lambda part: part if isinstance(part, str) else next(iter(part)),
)
def test_a_fault_names_the_step_and_what_it_should_be(change: dict[str, Any], code: str) -> None:
    data = saved(KB, CASE)
    row = next(row for row in data["worlds"]["treated"]["changes"] if row["entity"] == "B")
    row.update(change)
    faults = caught(KB, data, CASE)
    assert code in {fault.code for fault in faults}
    assert any(fault.where.startswith("treated/treated/B") for fault in faults)


def test_a_result_of_other_rules_is_not_judged_step_by_step() -> None:
    other = sketch("A -> B weak")._replace(digest="other")
    assert [fault.code for fault in caught(other, saved(KB, CASE), None)] == ["other-rules"]


def test_a_result_may_answer_other_questions_than_its_case_asks() -> None:
    narrow = CASE._replace(ask=("C",), arms=CASE.arms[:1])
    result = read_result(json.dumps(saved(KB, narrow)).encode(), "result.json")[0]
    assert verify(KB, result, case=CASE, as_asked=False) == []
    assert verify(KB, result, case=CASE) != []
    everything = read_result(json.dumps(saved(KB, CASE._replace(ask=()))).encode(), "result.json")[0]
    assert verify(KB, everything, case=CASE, as_asked=False) == []


def test_a_result_of_another_patient_is_told_from_its_case() -> None:
    other = CASE._replace(digest="other", title="Somebody else")
    result = read_result(json.dumps(saved(KB, other)).encode(), "result.json")[0]
    assert {"other-case", "wrong-context"} == {fault.code for fault in verify(KB, result, case=CASE)}
