"""A mapped rule base gives the answers of the reference engine, and a foreign or damaged file is refused."""

from __future__ import annotations

import csv
import json
import os
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from tests.oracle.worlds import World, case_of, generate, knowledge_base

from theralogic.interchange import large_base, large_base_file
from theralogic.interchange.large_base import ask, compile_table
from theralogic.interchange.large_base_file import LargeBase, open_large, write_arrays
from theralogic.model.errors import InvalidInputError, NotFoundError
from theralogic.model.levels import CERTAINTIES, DIRECTIONS, STRENGTHS
from theralogic.reasoning import reference
from theralogic.reasoning.evaluate import run_arm


def plain_world(seed: int) -> World:
    """A random world without what a table can't say: tones, healthy levels, sufficient drivers, context."""
    world = generate(seed)
    for entity in world["entities"]:
        for key in ("tone", "level", "drivers"):
            entity.pop(key, None)
    for mechanism in world["mechanisms"]:
        for key in ("where", "unless", "onset"):
            mechanism.pop(key, None)
    rng = random.Random(seed)
    acting = sorted({rule["subject"] for rule in world["mechanisms"]})
    plain = [e["id"] for e in world["entities"] if "requires" not in e and e["id"] in acting]
    ill = {e: rng.choice(("low", "high", "absent", "elevated")) for e in rng.sample(plain, min(2, len(plain)))}
    world["diseases"] = [{"id": "d0", "name": "D0", "activity": "e0", "levels": ill}]
    verbs = ("blocks", "supplies")
    actions = [
        {"verb": rng.choice(verbs), "target": e, "potency": "strong"} for e in rng.sample(acting, min(2, len(acting)))
    ]
    world["interventions"] = [{"id": "drug0", "name": "drug zero", "class": "x", "actions": actions}]
    world["cautions"] = []
    found = [{"entity": entity, "level": level} for entity, level in ill.items()]
    world["case"] = {"id": "case", "hypothetical": True, "title": "x", "disease": "d0", "interventions": ["drug0"]}
    world["case"]["findings"] = found
    return world


def tables(world: World, folder: Path) -> LargeBase:
    """The world as tables, compiled."""
    write(folder / "m.csv", ("subject", "relation", "object", "strength", "needs"), world["mechanisms"])
    gates = [
        {"complex": e["id"], "member": f"not {m['not']}" if isinstance(m, dict) else m}
        for e in world["entities"]
        for m in e.get("requires", ())
    ]
    if gates:
        write(folder / "g.csv", ("complex", "member"), gates)
    return compile_table(folder / "m.csv", folder / "g.csv" if gates else None, folder / "base")


def write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_a_mapped_rule_base_says_what_the_reference_engine_says(tmp_path: Path) -> None:
    compared = 0
    for seed in range(150):
        world = plain_world(seed)
        if not world["mechanisms"] or not world["diseases"][0]["levels"]:
            continue
        base = tables(world, tmp_path)
        kb = knowledge_base(world)
        case = case_of(world, kb)
        run = run_arm(kb, case, case.arms[0], reference)
        assert run.treated is not None
        expected = {
            e: (DIRECTIONS[c.direction], STRENGTHS[c.strength], CERTAINTIES[c.certainty], c.steps)
            for e, c in run.treated.settlement.changes.items()
        }
        actions = [(a["target"], 1 if a["verb"] == "supplies" else -1) for a in world["interventions"][0]["actions"]]
        changes = ask(base, world["diseases"][0]["levels"], actions)
        found = {c.entity: (c.direction, c.strength, c.certainty, c.steps) for c in changes}
        assert found == expected, seed
        compared += len(expected)
    assert compared > 300


def test_without_actions_the_patient_before_treatment_answers(tmp_path: Path) -> None:
    rows = "subject,relation,object\na,activates,b\nb,inhibits,c\n"
    (tmp_path / "m.csv").write_text(rows, encoding="utf-8")
    base = compile_table(tmp_path / "m.csv", None, tmp_path / "base")
    changes = ask(base, {"a": "high"}, [])
    assert [(c.entity, c.direction, c.chain) for c in changes] == [
        ("a", "increases", ("a",)),
        ("b", "increases", ("a", "b")),
        ("c", "decreases", ("a", "b", "c")),
    ]


def test_a_relation_may_be_spelt_in_two_ways(tmp_path: Path) -> None:
    rows = "subject,relation,object\na,stabilises,b\na,stabilizes,c\n"
    (tmp_path / "m.csv").write_text(rows, encoding="utf-8")
    changes = ask(compile_table(tmp_path / "m.csv", None, tmp_path / "base"), {"a": "high"}, [])
    assert {c.entity: c.direction for c in changes} == dict.fromkeys("abc", "increases")


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    base = tables(plain_world(3), tmp_path)
    pq.write_table(pyarrow.csv.read_csv(tmp_path / "m.csv"), tmp_path / "m.parquet")
    gates = tmp_path / "g.csv"
    again = compile_table(tmp_path / "m.parquet", gates if gates.exists() else None, tmp_path / "again")
    assert again.digest == base.digest


def test_a_foreign_or_damaged_file_is_refused(tmp_path: Path) -> None:
    world = plain_world(3)
    tables(world, tmp_path)
    whole = (tmp_path / "base").read_bytes()
    without_arrays = json.dumps({**json.loads(whole.partition(b"\n")[0]), "arrays": {}}).encode() + b"\n"
    for content in (
        b"",
        b"hello\n",
        b"{}\n",
        b"[" * 60_000 + b"\n",
        b'{"schema": "theralogic/result/2"}\n',
        without_arrays,
        whole.replace(b'"arrays": {', b'"arrays": {"more": [1, 2], '),
        whole[:-1],
        whole[:-9] + b"x" + whole[-8:],
    ):
        (tmp_path / "other").write_bytes(content)
        with pytest.raises(InvalidInputError) as refused:
            open_large(tmp_path / "other")
        assert refused.value.code == "bad-base"
    assert open_large(tmp_path / "base").mechanisms == len(world["mechanisms"])


def test_a_base_that_other_code_compiled_is_refused_and_the_help_says_how_to_make_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables(plain_world(3), tmp_path)
    whole = (tmp_path / "base").read_bytes()
    for older in (whole.replace(b"arrays/2", b"arrays/1"), b'{"schema": "theralogic/arrays/1", "arrays": {}}\n'):
        (tmp_path / "older").write_bytes(older)
        with pytest.raises(InvalidInputError) as refused:
            open_large(tmp_path / "older")
        assert refused.value.code == "outdated-base"
    monkeypatch.setattr(large_base_file, "code_digest", lambda *folders: "0" * 16)
    with pytest.raises(InvalidInputError) as refused:
        open_large(tmp_path / "base")
    assert refused.value.code == "outdated-base"
    assert "with other code than this" in str(refused.value)
    assert "theralogic rules compile" in str(refused.value)


def test_a_base_with_one_byte_changed_or_its_end_cut_off_gives_the_same_answer_or_is_refused(tmp_path: Path) -> None:
    rng = random.Random(5)
    rows = "subject,relation,object\na,activates,b\nb,inhibits,c\nk,activates,c\n"
    (tmp_path / "m.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "g.csv").write_text("complex,member\nk,a\nk,not d\n", encoding="utf-8")
    compile_table(tmp_path / "m.csv", tmp_path / "g.csv", tmp_path / "base")
    whole = (tmp_path / "base").read_bytes()
    head = whole.index(b"\n") + 1
    refused: Counter[str] = Counter()

    def answers(content: bytes) -> list[Any]:
        (tmp_path / "other").write_bytes(content)
        return list(ask(open_large(tmp_path / "other"), {"a": "high"}, [("a", -1)]))

    expected = answers(whole)
    for trial in range(int(os.environ.get("THERALOGIC_DAMAGES", "1000"))):
        at = rng.randrange(head if trial % 2 else len(whole))
        flipped = whole[:at] + bytes([whole[at] ^ rng.randrange(1, 256)]) + whole[at + 1 :]
        for content in (flipped, whole[:at]):
            try:
                assert answers(content) == expected
            except InvalidInputError as error:
                refused[error.code] += 1
    assert set(refused) == {"bad-base", "outdated-base"}
    assert refused.total() > trial


def test_numbers_that_lead_nowhere_are_refused_even_where_the_digest_fits(tmp_path: Path) -> None:
    rows = "subject,relation,object\na,activates,b\nb,inhibits,ä\nk,activates,ä\n"
    (tmp_path / "m.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "g.csv").write_text("complex,member\nk,a\nk,not d\n", encoding="utf-8")
    base = compile_table(tmp_path / "m.csv", tmp_path / "g.csv", tmp_path / "base")
    for name, array in base.arrays.items():
        filling = {"names": [255], "sign": [120, -2]}.get(name, [120, -1])
        for worse in (array[:-1], *(np.full_like(array, number) for number in filling)):
            write_arrays(tmp_path / "other", {**base.arrays, name: worse})
            with pytest.raises(InvalidInputError) as refused:
                open_large(tmp_path / "other")
            assert refused.value.code == "bad-base", name
    starts = base.arrays["name_at"].copy()
    starts[-2:-1] += 1
    for changed in (
        {"sign": np.zeros_like(base.arrays["sign"])},
        {"object": base.arrays["subject"]},
        {"depth": np.zeros_like(base.arrays["depth"])},
        {"name_at": starts},
    ):
        write_arrays(tmp_path / "other", {**base.arrays, **changed})
        with pytest.raises(InvalidInputError, match="damaged"):
            open_large(tmp_path / "other")


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("", "the table has no columns"),
        ("subject,relation\na,activates\n", "column `object` is missing"),
        ("subject,relation,object\na,hugs,b\n", "`hugs` is not a word for `relation`"),
        ("subject,relation,object\na,activates,\n", "column `object` is empty in row 1"),
        ("subject,relation,object\na,activates,a\n", "an entity acts on itself"),
        ("subject,relation,object,strength\na,activates,b,huge\n", "`huge` is not a word for `strength`"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused(tmp_path: Path, rows: str, says: str) -> None:
    (tmp_path / "m.csv").write_text(rows, encoding="utf-8")
    with pytest.raises(InvalidInputError, match=says):
        compile_table(tmp_path / "m.csv", None, tmp_path / "base")


def test_one_molecule_spelt_in_three_ways_is_one_entity(tmp_path: Path) -> None:
    rows = "subject;relation;object\nTNF;induces;IL6\nil6;induces;CRP\n IL6 ;induces;SAA\n;;\n"
    (tmp_path / "m.csv").write_text(rows, encoding="utf-16")
    (tmp_path / "g.csv").write_text("complex,member\nG,not il6\n", encoding="utf-8")
    base = compile_table(tmp_path / "m.csv", tmp_path / "g.csv", tmp_path / "base")
    assert [base.name(e) for e in range(base.entities)] == ["CRP", "G", "IL6", "SAA", "TNF"]
    assert base.number("il6") == base.number("IL6")


def test_complexes_that_contain_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subject,relation,object\na,activates,b\n", encoding="utf-8")
    (tmp_path / "g.csv").write_text("complex,member\na,b\nb,a\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match=r"g\.csv: complexes contain each other"):
        compile_table(tmp_path / "m.csv", tmp_path / "g.csv", tmp_path / "base")


def test_complexes_in_complexes_may_be_as_deep_as_they_like(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subject,relation,object\na,activates,g0\n", encoding="utf-8")
    members = "".join(f"g{n + 1},g{n}\n" for n in range(1, 300))
    (tmp_path / "g.csv").write_text(f"complex,member\n{members}g1,a\ng1,b\n", encoding="utf-8")
    base = compile_table(tmp_path / "m.csv", tmp_path / "g.csv", tmp_path / "base")
    assert base.arrays["depth"][base.number("g300")] == 300
    changed = {change.entity: change.direction for change in ask(base, {}, [("a", -1)])}
    assert changed["g300"] == "decreases"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a\u202eb", r"hidden character in `a\\u202eb` in column `object`"),
        ("x" * 201, "in column `object` has more than 200 characters"),
    ],
)
def test_a_name_that_nobody_can_read_is_refused(kind: str, name: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / f"m.{kind}"
    if kind == "csv":
        path.write_text(f"subject,relation,object\na,activates,{name}\n", encoding="utf-8")
    else:
        pq.write_table(pa.table({"subject": ["a"], "relation": ["activates"], "object": [name]}), path)
    with pytest.raises(InvalidInputError, match=says):
        compile_table(path, None, tmp_path / "base")


def test_a_table_of_mechanisms_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.csv").write_text("subject,relation,object\n" + "a,activates,b\n" * 9, encoding="utf-8")
    compile_table(tmp_path / "m.csv", None, tmp_path / "base")
    monkeypatch.setattr(large_base, "MOST_ROWS", 8)
    with pytest.raises(InvalidInputError, match="more than 8 rows") as caught:
        compile_table(tmp_path / "m.csv", None, tmp_path / "base")
    assert caught.value.code == "too-large"


def test_rows_that_can_not_be_read_stop_the_compiling_and_an_empty_table_does_not(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subject,relation,object\na\nb\n", encoding="utf-8")
    with pytest.raises(InvalidInputError, match="1 fields, not 3") as caught:
        compile_table(tmp_path / "m.csv", None, tmp_path / "base")
    assert len(caught.value.problems) == 2
    (tmp_path / "m.csv").write_text("subject,relation,object\n", encoding="utf-8")
    assert compile_table(tmp_path / "m.csv", None, tmp_path / "base").mechanisms == 0


def test_numbers_in_parquet_are_names_too_and_other_columns_are_not_read(tmp_path: Path) -> None:
    table = pa.table({"subject": [1, 2], "relation": ["activates"] * 2, "object": [3, 1], "note": ["x" * 500] * 2})
    pq.write_table(table, tmp_path / "m.parquet", row_group_size=1)
    base = compile_table(tmp_path / "m.parquet", None, tmp_path / "base")
    assert [base.name(e) for e in range(base.entities)] == ["1", "2", "3"]


def test_a_column_of_lists_is_no_column_of_words(tmp_path: Path) -> None:
    lists = pa.table({"subject": [["a"]], "relation": ["activates"], "object": ["b"]})
    pq.write_table(lists, tmp_path / "m.parquet")
    with pytest.raises(InvalidInputError, match="column `subject` holds `list"):
        compile_table(tmp_path / "m.parquet", None, tmp_path / "base")


def test_an_entity_that_is_not_there_is_told(tmp_path: Path) -> None:
    base = tables(plain_world(3), tmp_path)
    with pytest.raises(NotFoundError, match="unknown entity `nobody`"):
        base.number("nobody")
