"""A saved result of any size is checked or refused without getting lost: its items are bounded, the work is linear."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.sketch import drug, patient, sketch
from tests.unit.saved import saved

from theralogic.files import yaml_reader
from theralogic.model.errors import MOST_PROBLEMS, InvalidInputError
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.vocabulary import NEAR, NEAR_ELSEWHERE
from theralogic.verify import backward, differences, judge, read, read_result, texts
from theralogic.verify.arm_inputs import arm_inputs
from theralogic.verify.checked_arm import check_arm
from theralogic.verify.no_effect import no_effect_reason

KB = sketch("A -> B", interventions=[drug("x", blocks="A")])
CASE = patient(KB, interventions=["x"], ask=["A", "B"], arms=[{"id": "none", "remove": ["x"]}])
DATA = saved(KB, CASE)


def read_back(data: Any) -> None:
    read_result(json.dumps(data).encode(), "result.json")


def copy_of(data: Any) -> Any:
    return json.loads(json.dumps(data))


def given(number: int) -> Any:
    data = copy_of(DATA)
    arm = data["context"]["arms"]["treated"]
    arm["interventions"] = arm["interventions"] * number
    return data


def with_facts(number: int) -> Any:
    data = copy_of(DATA)
    data["context"]["arms"]["treated"]["facts"] = {"phase": [f"phase {n}" for n in range(number)]}
    return data


def unmoved(number: int) -> Any:
    data = copy_of(DATA)
    data["answers"] = [{**data["answers"][0], "entity": f"e{n}"} for n in range(number)]
    data["arms"] = {}
    return data


@pytest.mark.parametrize(
    ("limit", "made", "told"),
    [
        ("MOST_ARMS", lambda n: [DATA] * (n // 2), "arms"),
        ("MOST_DRUGS", given, "drugs in an arm"),
        ("MOST_FACTS", with_facts, "facts in an arm"),
        ("MOST_UNMOVED", unmoved, "answers without an effect"),
    ],
)
def test_what_is_too_much_is_refused_and_what_is_just_short_of_it_read(
    limit: str, made: Any, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read, limit, 6)
    read_back(made(6))
    with pytest.raises(InvalidInputError, match=f"{told}, at most 6") as caught:
        read_back(made(8))
    assert caught.value.code == "too-large"
    assert caught.value.problems[0].help


def test_values_are_counted_before_anything_is_built(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps(DATA)
    monkeypatch.setattr(read, "MOST_VALUES", sum(map(text.count, ",[{")))
    read_back(DATA)
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("it was built"))
    with pytest.raises(InvalidInputError, match="values, at most") as caught:
        read_result(b"[" * (read.MOST_VALUES + 1), "result.json")
    assert caught.value.code == "too-large"


def test_a_text_may_be_as_long_as_in_a_case() -> None:
    assert texts.MOST_TEXT == yaml_reader.MAX_TEXT
    long = copy_of(DATA)
    long["engine"] = "x" * texts.MOST_TEXT
    read_back(long)
    long["engine"] += "x"
    with pytest.raises(InvalidInputError, match="result.engine: text of 20001 characters") as caught:
        read_back(long)
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"a": ["b", "c\u200bd"]}, "result.a[1]: hidden character `\\u200b`"),
        ([{"a": 1}, {"b\ud800": 1}], "a key of result[1]: hidden character `\\ud800`"),
        ({"a": -1_000_001}, "result.a: a number beyond 1000000"),
    ],
)
def test_a_text_that_may_not_be_is_told_with_its_place(data: Any, told: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        texts.check_texts(data, "result.json")
    assert str(caught.value.problems[0]).startswith(f"result.json: {told}")


def test_texts_of_any_language_and_over_several_lines_are_let_pass() -> None:
    texts.check_texts(
        {"title": "naïve β cells\n\tand \u4f60\u597d", "steps": 1_000_000, "flag": True, "none": None}, "x"
    )


def test_doubled_keys_are_compared_once_each() -> None:
    compared = 0

    class Key(str):
        def __hash__(self) -> int:
            return super().__hash__()

        def __eq__(self, other: object) -> bool:
            nonlocal compared
            compared += 1
            return super().__eq__(other)

    pairs: list[tuple[str, Any]] = [(Key(n), 0) for n in range(5000)]
    assert len(read._mapping(pairs)) == 5000
    with pytest.raises(ValueError, match="`0` is there twice"):
        read._mapping([*pairs, (Key(0), 0)])
    assert compared < 20


def test_rows_that_differ_are_told_apart_by_looking_at_each_a_few_times(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = 0
    label = differences._label

    def counted(item: Any) -> str:
        nonlocal looked
        looked += 1
        return label(item)

    monkeypatch.setattr(differences, "_label", counted)
    rows = tuple({"entity": f"e{n}"} for n in range(1000))
    assert len(list(differences.mismatches(rows, rows * 2, "answers"))) == 1
    assert len(list(differences.mismatches(rows, rows[:1] * 1000, "answers"))) == 999
    assert looked < 3 * 5000


def test_a_long_list_is_not_told_whole() -> None:
    (found,) = differences.mismatches(("a",), tuple("b" * 1000), "premises")
    assert found.message == "is " + "`b`, " * 9 + "`b` and 990 more, should be `a`"


def chain(length: int) -> tuple[KnowledgeBase, Case]:
    """A chain of rules into which nothing leads, beside a drug on something else."""
    kb = sketch(*(f"E{n} -> E{n + 1}" for n in range(length)), "A -> B", interventions=[drug("x", blocks="A")])
    return kb, patient(kb, interventions=["x"])


def test_looking_for_a_reason_goes_no_further_than_what_is_near() -> None:
    kb, case = chain(200)
    (result,) = read_result(json.dumps(saved(kb, case)).encode(), "result.json")
    _, stage = check_arm(kb, case, arm_inputs(kb, case, case.arms[0], -1), result.worlds)
    assert stage is not None
    for number in range(200, -1, -1):
        assert no_effect_reason(kb, stage, f"E{number}").kind == "no_known_mechanism"
    assert stage.holding.visited < 201 * (NEAR + 1)
    assert stage.written.visited < 201 * (NEAR_ELSEWHERE + 1)


def test_only_places_at_which_something_may_have_stopped_are_asked() -> None:
    kb, _ = chain(9)
    into = {rule.object: [rule] for rule in kb.mechanisms}
    back = backward.Backward(kb.entities, into, NEAR)
    seen: list[str] = []
    assert back.first("E8", {"E1", "E4", "E7"}, pinned=seen.append, along=lambda *_: None) is None
    assert seen == ["E7", "E4"]


def test_the_first_hundred_faults_are_told_and_the_others_counted() -> None:
    data = copy_of(DATA)
    data["context"]["arms"]["treated"]["left_out"] = {f"where phase: {n}": 1 for n in range(250)}
    (result,) = read_result(json.dumps(data).encode(), "result.json")
    verdict = judge(KB, result, case=CASE)
    assert (len(verdict.faults), verdict.more) == (MOST_PROBLEMS, 150)
    none = judge(KB, result, case=CASE, most=0)
    assert (none.faults, none.more, none.holds) == ((), 250, False)
