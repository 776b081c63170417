"""A result saved by the version before is still read and checked: all of it but its sentences."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.sketch import drug, patient, sketch

from theralogic.files.locations import load_kb
from theralogic.model.errors import InvalidInputError
from theralogic.model.result import SCHEMA_1, to_json
from theralogic.reasoning import reference
from theralogic.results.assemble import solve
from theralogic.verify import read_result, verify

DATA = Path(__file__).parent.parent / "data"
OLD = json.loads((DATA / "results" / "schema_1.json").read_text(encoding="utf-8"))
KB = load_kb(DATA / "small")
LIMITED = next(at for at, change in enumerate(OLD["worlds"]["treated"]["changes"]) if change["limits"])


def faults(data: Any) -> list[str]:
    """What is wrong with a saved result, by code."""
    (result,) = read_result(json.dumps(data).encode(), "old.json")
    return sorted({fault.code for fault in verify(KB, result)})


def test_an_old_result_holds() -> None:
    assert faults(OLD) == []


@pytest.mark.parametrize(
    ("path", "to", "code"),
    [
        (("answers", 0, "direction"), "increases", "wrong-answer"),
        (("answers", 4, "reason"), "redundant", "wrong-answer"),
        (("answers", 4, "reason"), None, "wrong-answer"),
        (("worlds", "treated", "changes", 1, "limits"), ["gate: IL6R"], "wrong-limits"),
        (("arms", "plus-tnf", "versus_treated", 0, "kind"), "enabling", "wrong-comparison"),
        (("context", "arms", "treated", "interventions", 0, "actions", 0, "limit"), "dose: low", "wrong-context"),
        (("cautions",), [], "wrong-caution"),
    ],
)
def test_a_wrong_old_result_is_caught(path: tuple[Any, ...], to: Any, code: str) -> None:
    data = copy.deepcopy(OLD)
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    assert holder[path[-1]] != to
    holder[path[-1]] = to
    assert code in faults(data)


def test_a_sentence_of_an_old_result_is_not_checked() -> None:
    data = copy.deepcopy(OLD)
    for answer in data["answers"]:
        answer["detail"] = "in other words"
    for arm in data["arms"].values():
        for row in arm["versus_treated"]:
            row["detail"] = "in other words"
    assert faults(data) == []


@pytest.mark.parametrize(
    "path",
    [
        ("answers",),
        ("answers", 0),
        ("worlds",),
        ("worlds", "treated"),
        ("arms", "plus-tnf", "versus_treated", 0),
        ("cautions", 0),
        ("worlds", "treated", "changes", 0, "limits"),
        ("worlds", "treated", "changes", LIMITED, "limits", 0),
        ("context", "arms", "treated", "interventions", 0, "actions", 0),
        ("answers", 0, "detail"),
    ],
)
def test_an_old_result_of_another_shape_is_refused(path: tuple[Any, ...]) -> None:
    data = copy.deepcopy(OLD)
    holder = data
    for key in path[:-1]:
        holder = holder[key]
    if path[-1] == "detail":
        del holder["detail"]
    else:
        holder[path[-1]] = 7
    with pytest.raises(InvalidInputError) as caught:
        read_result(json.dumps(data).encode(), "old.json")
    assert caught.value.code == "bad-result"


def test_actions_against_each_other_are_told_as_before() -> None:
    kb = sketch("A -> B", interventions=[drug("x", blocks="A"), drug("y", supplies="A")])
    case = patient(kb, interventions=["x", "y"], levels={"A": "high"}, ask=["B"])
    data = to_json(solve(kb, case, reference))
    (row,) = data["cautions"]
    assert (row["id"], row["target"]) == ("opposing-actions:A", "A")
    data["schema"] = SCHEMA_1
    del row["target"]
    row["say"], row["because"] = "What is given pulls A both ways.", "The stronger action wins."
    for world in data["worlds"].values():
        for change in world["changes"]:
            change["limits"] = [f"{limit['kind']}: {limit['by']}".removesuffix(": ") for limit in change["limits"]]
    for given in data["context"]["arms"]["treated"]["interventions"]:
        for action in given["actions"]:
            action["limit"] = ""
    for answer in data["answers"]:
        answer["detail"] = None
        del answer["opposed_by"]
    (result,) = read_result(json.dumps(data).encode(), "old.json")
    assert verify(kb, result) == []
