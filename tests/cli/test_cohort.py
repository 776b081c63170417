"""Cohorts through the command line: any table in, Parquet out, bad rows aside, and a run that can be interrupted."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, Future
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Run

from theralogic.cohort import batch
from theralogic.cohort.run import _answered
from theralogic.files import lock
from theralogic.files.lock import only_writer
from theralogic.model.errors import EngineError, InvalidInputError

FOUR: list[dict[str, str]] = [
    {"id": "1", "disease": "rheumatoid arthritis", "IL6": "high", "CRP": "48", "CRP.low": "0", "CRP.high": "5"},
    {"id": "2", "disease": "rheumatoid_arthritis", "IL6": "", "CRP": "", "CRP.low": "0", "CRP.high": "5"},
    {"id": "3", "disease": "", "IL6": "normal", "CRP": "3", "CRP.low": "0", "CRP.high": "5"},
    {"id": "4", "disease": "rheumatoid arthritis", "IL6": "absent", "CRP": "9", "CRP.low": "0", "CRP.high": "5"},
]
KILLS = int(os.environ.get("THERALOGIC_KILLS", "6"))
ROWS = [{**row, "id": str(number)} for number, row in enumerate(FOUR * 40, start=1)]


def write_csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def write_jsonl(path: Path, rows: list[dict[str, str]]) -> Path:
    lines = []
    for row in rows:
        findings: dict[str, Any] = {"IL6": row["IL6"]} if row["IL6"] else {}
        if row["CRP"]:
            findings["CRP"] = {"value": float(row["CRP"]), "reference": [0, 5]}
        lines.append(json.dumps({"id": row["id"], "disease": row["disease"], "findings": findings}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def write_parquet(path: Path, rows: list[dict[str, str]]) -> Path:
    columns: dict[str, list[Any]] = {name: [row[name] or None for row in rows] for name in rows[0]}
    for name in ("CRP", "CRP.low", "CRP.high"):
        columns[name] = [float(value) if value else None for value in columns[name]]
    pq.write_table(pa.table(columns), path, row_group_size=7)
    return path


def answered(folder: Path) -> list[dict[str, Any]]:
    return [row for part in sorted(folder.glob("part-*.parquet")) for row in pq.read_table(part).to_pylist()]


def digests(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("part-*.parquet"))}


GIVE = ("--give", "tocilizumab", "--ask", "CRP", "--ask", "IL6")


@pytest.mark.parametrize("write", [write_csv, write_jsonl, write_parquet])
def test_any_kind_of_table_gives_the_answers_that_predict_gives(run: Run, tmp_path: Path, write: Any) -> None:
    suffix = {"write_csv": ".csv", "write_jsonl": ".jsonl", "write_parquet": ".parquet"}[write.__name__]
    table = write(tmp_path / f"patients{suffix}", ROWS)
    done = run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"), "--workers", "1")
    assert done.code == 0, done.err
    assert "160 patients answered" in done.out
    assert "not medical advice" in done.out
    rows = answered(tmp_path / "result")
    assert [row["id"] for row in rows] == [row["id"] for row in ROWS]
    for row, levels in zip(
        rows[:4], ("IL6=high CRP=high", "", "IL6=normal CRP=normal", "IL6=absent CRP=elevated"), strict=True
    ):
        if not ROWS[row["row"] - 1]["disease"]:
            continue
        sets = [part for level in levels.split() for part in ("--set", level)]
        one = run("predict", "rheumatoid arthritis", "tocilizumab", "--ask", "CRP", *sets, "--format", "json")
        (answer,) = json.loads(one.out)["answers"]
        for column, key in (("CRP", "direction"), ("CRP.strength", "strength")):
            assert row[column] == answer[key], (row, answer)
        assert row["CRP.reason"] == (answer["reason"] and answer["reason"]["kind"])


def test_what_cannot_be_understood_is_set_aside_with_line_and_reason_and_the_rest_is_answered(
    run: Run, tmp_path: Path
) -> None:
    table = tmp_path / "patients.csv"
    table.write_text(
        "id,disease,IL6,CRP,CRP.low,CRP.high\n"
        "1,rheumatoid_arthritis,high,48,0,5\n"
        "2,measles,high,48,0,5\n"
        "3,rheumatoid_arthritis,enormous,48,0,5\n"
        "4,rheumatoid_arthritis,high,48,5,0\n"
        "5,rheumatoid_arthritis,high\n"
        '6,"rheumatoid_arthritis\n",high,1,0,5\n'
        "7,rheumatoid_arthritis,high,48,,\n",
        encoding="utf-8",
    )
    done = run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    assert done.code == 0, done.err
    assert "2 patients answered" in done.out
    assert "5 rows set aside" in done.out
    with (tmp_path / "result" / "_set-aside.csv").open(newline="", encoding="utf-8") as file:
        aside = {row["line"]: (row["id"], row["reason"]) for row in csv.DictReader(file)}
    assert aside == {
        "3": ("2", "unknown disease `measles`"),
        "4": ("3", "`enormous` is neither a level nor a number"),
        "5": ("4", "the reference range is upside down"),
        "6": ("5", "3 fields, not 6"),
        "9": ("7", "no reference range"),
    }
    assert [row["id"] for row in answered(tmp_path / "result")] == ["1", "6"]


def test_batches_of_any_size_and_any_number_of_processes_give_the_same_rows(run: Run, tmp_path: Path) -> None:
    table = write_parquet(tmp_path / "patients.parquet", ROWS)
    run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "whole"))
    run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "some"), "--batch", "64", "--workers", "2")
    assert len(digests(tmp_path / "some")) == 3
    assert answered(tmp_path / "some") == answered(tmp_path / "whole")


def test_an_interrupted_run_goes_on_and_ends_with_the_same_bytes(run: Run, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS)
    args = ("cohort", "run", str(table), *GIVE, "--batch", "64", "--workers", "1", "-o", str(tmp_path / "result"))
    run(*args)
    whole = digests(tmp_path / "result")
    manifest = json.loads((tmp_path / "result" / "_manifest.json").read_bytes())
    kept = (tmp_path / "result" / "part-000000.parquet").stat().st_mtime_ns
    # As after an interruption: one part was never written, one is half there.
    (tmp_path / "result" / "part-000001.parquet").unlink()
    del manifest["parts"]["part-000001.parquet"]
    (tmp_path / "result" / "part-000002.parquet").write_bytes(b"half")
    (tmp_path / "result" / "_manifest.json").write_text(json.dumps({**manifest, "complete": False}))
    again = run(*args)
    assert again.code == 0, again.err
    assert digests(tmp_path / "result") == whole
    assert (tmp_path / "result" / "part-000000.parquet").stat().st_mtime_ns == kept
    assert json.loads((tmp_path / "result" / "_manifest.json").read_bytes())["complete"]


def test_a_folder_that_holds_something_else_is_refused(run: Run, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS)
    run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    other = run("cohort", "run", str(table), "--ask", "CRP", "-o", str(tmp_path / "result"))
    assert (other.code, "another-result" in other.err) == (3, True)
    mine = run("cohort", "run", str(table), "--ask", "CRP", "-o", str(tmp_path))
    assert (mine.code, "not empty" in mine.err) == (3, True)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("id,disease,name", "identifies-a-person"),
        ("id,disease,IL66", "unknown-entity"),
        ("id,disease,IL6_signalling", "complex-level"),
        ("id,disease,CRP,hsCRP", "finding-twice"),
        ("id,disease,context.mood", "unknown-key"),
        ("id,id,disease", "bad-table"),
    ],
)
def test_a_column_without_a_meaning_stops_the_run_before_it_begins(
    run: Run, tmp_path: Path, header: str, code: str
) -> None:
    table = tmp_path / "patients.csv"
    table.write_text(header + "\n" + ",".join("1" for _ in header.split(",")) + "\n", encoding="utf-8")
    done = run("cohort", "run", str(table), "--ask", "CRP", "-o", str(tmp_path / "result"))
    assert (done.code, code in done.err) == (3, True), done.err


def test_arms_come_from_a_file_and_each_is_answered(run: Run, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS[:4])
    arms = tmp_path / "arms.yaml"
    arms.write_text("arms:\n  - {id: none}\n  - {id: il6, add: [tocilizumab]}\n", encoding="utf-8")
    done = run("cohort", "run", str(table), "--arms", str(arms), "-o", str(tmp_path / "result"))
    assert done.code == 0, done.err
    rows = answered(tmp_path / "result")
    assert [row["arm"] for row in rows] == ["none"] * 4 + ["il6"] * 4
    # Nothing was asked, so the activity of the diseases in the table is answered.
    assert "RA_activity" in rows[0]


def test_arms_that_change_findings_are_refused(run: Run, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS[:4])
    arms = tmp_path / "arms.yaml"
    arms.write_text("arms:\n  - {id: a, findings: [{entity: IL6, level: high}]}\n", encoding="utf-8")
    done = run("cohort", "run", str(table), "--arms", str(arms), "-o", str(tmp_path / "result"))
    assert (done.code, "bad-arms" in done.err) == (3, True)


SPEC = """\
id: some
disease: {rheumatoid arthritis: 3}
context: {phase: {acute: 1, chronic: 1}}
findings:
  TNF: {normal: 1, elevated: 1, high: 2, missing: 0.1}
  IL6: {normal: 1, high: 1}
  CRP: {value: {lognormal: [12, 1]}, reference: [0, 5], missing: 0.2}
"""


@pytest.fixture
def made(run: Run, tmp_path: Path) -> Path:
    """The result of a virtual cohort on a TNF antibody."""
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    table = tmp_path / "virtual.parquet"
    drawn = run("cohort", "make", str(spec), "--patients", "500", "--seed", "3", "-o", str(table))
    assert drawn.code == 0, drawn.err
    done = run(
        "cohort", "run", str(table), "--give", "infliximab", "--ask", "RA activity", "-o", str(tmp_path / "made")
    )
    assert done.code == 0, done.err
    return tmp_path / "made"


def test_the_same_specification_and_seed_make_the_same_patients(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    for name, seed in (("a", "3"), ("b", "3"), ("c", "4")):
        run("cohort", "make", str(spec), "--patients", "1000", "--seed", seed, "-o", str(tmp_path / f"{name}.csv"))
    a, b, c = ((tmp_path / f"{name}.csv").read_bytes() for name in "abc")
    assert a == b != c
    rows = list(csv.DictReader(a.decode().splitlines()))
    high = sum(row["TNF"] == "high" for row in rows)
    missing = sum(row["TNF"] == "" for row in rows)
    assert 370 < high < 530  # 90% of a half of 1000
    assert 60 < missing < 140


DRAWN = [
    ("gaussian: [50, 10]", (43.3, 50, 56.7)),
    ("uniform: [0, 100]", (25, 50, 75)),
    ("lognormal: [50, 0.5]", (35.7, 50, 70.1)),
]


@pytest.mark.parametrize(("value", "quartiles"), DRAWN, ids=[value for value, _ in DRAWN])
def test_a_value_is_drawn_as_the_specification_says(
    run: Run, tmp_path: Path, value: str, quartiles: tuple[float, ...]
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"id: x\nfindings:\n  CRP: {{value: {{{value}}}, reference: [0, 5]}}\n", encoding="utf-8")
    done = run("cohort", "make", str(spec), "--patients", "4000", "--seed", "1", "-o", str(tmp_path / "t.csv"))
    assert done.code == 0, done.err
    rows = list(csv.DictReader((tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()))
    assert set(rows[0]) == {"id", "CRP", "CRP.low", "CRP.high"}
    drawn = sorted(float(row["CRP"]) for row in rows)
    assert [drawn[len(drawn) * quarter // 4] for quarter in (1, 2, 3)] == pytest.approx(quartiles, rel=0.06)


@pytest.mark.parametrize("weights", ["disease: {rheumatoid arthritis: 0}", "context: {phase: {acute: 0, chronic: 0}}"])
def test_weights_that_are_all_nought_are_refused(run: Run, tmp_path: Path, weights: str) -> None:
    (tmp_path / "spec.yaml").write_text(f"id: x\n{weights}\n", encoding="utf-8")
    done = run("cohort", "make", str(tmp_path / "spec.yaml"), "-o", str(tmp_path / "x.csv"))
    assert (done.code, "are all 0 [bad-distribution]" in done.err) == (3, True), done.err
    assert "spec.yaml:2:" in done.err


@pytest.mark.parametrize(
    ("finding", "code"),
    [
        ("IL66: {normal: 1}", "unknown-entity"),
        ("IL6: {}", "bad-distribution"),
        ("IL6: {normal: 1, value: {uniform: [0, 1]}, reference: [0, 1]}", "bad-distribution"),
        ("IL6: {value: {uniform: [0, 1]}}", "bad-distribution"),
        ("IL6: {value: {uniform: [0, 1], gaussian: [0, 1]}, reference: [0, 1]}", "bad-distribution"),
        ("IL6_signalling: {normal: 1}", "complex-level"),
        ("IL6: {norml: 1}", "unknown-key"),
    ],
)
def test_a_specification_that_makes_no_sense_is_refused_with_its_place(
    run: Run, tmp_path: Path, finding: str, code: str
) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"id: x\nfindings:\n  {finding}\n", encoding="utf-8")
    done = run("cohort", "make", str(spec), "-o", str(tmp_path / "x.csv"))
    assert (done.code, f"[{code}]" in done.err) == (3, True), done.err
    assert "spec.yaml:3:" in done.err


def test_any_patient_is_explained_by_the_rule_engine_which_says_the_same(run: Run, made: Path) -> None:
    for identity in ("1", "17", "500"):
        done = run("cohort", "explain", str(made), "--patient", identity)
        assert done.code == 0, done.err
        assert f"Patient {identity}" in done.out
        assert "agree on this patient" in done.err
    nobody = run("cohort", "explain", str(made), "--patient", "501")
    assert (nobody.code, "unknown-patient" in nobody.err) == (5, True)


def test_a_stored_answer_that_the_engine_does_not_give_is_told(run: Run, made: Path) -> None:
    part = made / "part-000000.parquet"
    table = pq.read_table(part)
    place = table.schema.get_field_index("RA_activity")
    other = table.set_column(place, "RA_activity", pa.array(["increases"] * table.num_rows))
    pq.write_table(other.replace_schema_metadata(table.schema.metadata), part)
    manifest = json.loads((made / "_manifest.json").read_bytes())
    manifest["parts"][part.name]["sha256"] = hashlib.sha256(part.read_bytes()).hexdigest()
    (made / "_manifest.json").write_text(json.dumps(manifest))
    done = run("cohort", "explain", str(made), "--patient", "1")
    assert (done.code, "RA_activity: ('increases'" in done.err) == (4, True)


def test_a_summary_counts_everybody_once_and_finds_what_decides(run: Run, made: Path) -> None:
    done = run("cohort", "summary", str(made), "--format", "json")
    found = json.loads(done.out)
    assert sum(found["outcomes"]["RA_activity"].values()) == found["patients"] == 500
    for split in found["splits"]:
        assert sum(share["patients"] for share in split["shares"]) == 500
        assert sum(share["responders"] for share in split["shares"]) == found["responders"]
    # A TNF antibody works where there is TNF to lose, and nothing else in this table matters.
    assert found["splits"][0]["finding"] == "TNF"
    assert found["difference"]["alone"] == ["TNF"]
    text = run("cohort", "summary", str(made))
    assert "this alone undoes the response" in text.out
    assert "not medical advice" in text.out
    svg = run("cohort", "summary", str(made), "--format", "svg")
    assert svg.out.startswith("<svg")
    assert "not medical advice" in svg.out


def test_a_result_of_other_rules_is_refused(run: Run, made: Path) -> None:
    done = run("cohort", "summary", str(made), shipped=True)
    assert (done.code, "bad-cohort" in done.err) == (3, True)


def test_two_rows_with_one_id_are_two_patients_nobody_can_tell_apart(run: Run, tmp_path: Path) -> None:
    twice = [dict(row) for row in ROWS[:6]]
    twice[3]["id"] = twice[0]["id"]
    table = write_csv(tmp_path / "patients.csv", twice)
    args = ("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    refused = run(*args)
    assert refused.code == 3
    assert "`1` is the id of 2 rows [duplicate-id]" in refused.err
    assert not (tmp_path / "result").exists()
    write_csv(table, [{**row, "id": f"p{number % 150}"} for number, row in enumerate(ROWS * 2)])
    assert "50 more ids stand in several rows" in run(*args).err
    write_csv(table, ROWS[:6])
    assert run(*args).code == 0


def test_patients_without_an_id_are_not_taken_for_one(run: Run, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", [{**row, "id": ""} for row in ROWS[:3]])
    done = run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    assert (done.code, "3 patients answered" in done.out) == (0, True), done.err


def test_a_run_that_could_not_begin_leaves_a_folder_that_was_there(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "patients.csv"
    table.write_text("id,diseese\n1,x\n")
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / "_patients.tmp").write_bytes(b"half")  # as after an interruption
    assert run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result")).code == 3
    assert list((tmp_path / "result").iterdir()) == []
    write_csv(table, ROWS[:4])
    assert run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result")).code == 0


def test_a_second_run_in_the_same_folder_is_refused_at_once(run: Run, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS)
    (tmp_path / "result").mkdir()
    with only_writer(tmp_path / "result"):
        second = run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    assert (second.code, "[in-use]" in second.err) == (3, True)
    assert run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result")).code == 0


def test_a_lock_whose_file_is_gone_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def removed(handle: int) -> None:
        (tmp_path / lock.LOCK).unlink()
        (tmp_path / lock.LOCK).write_text("of the next run")

    monkeypatch.setattr(lock, "_take", removed)
    with pytest.raises(InvalidInputError, match="another run writes"), only_writer(tmp_path):
        pytest.fail("the lock was taken")


def replaced(manifest: Any, folder: Path, content: bytes) -> None:
    """Another part, with the digest that it has."""
    (folder / "part-000000.parquet").write_bytes(content)
    manifest["parts"]["part-000000.parquet"]["sha256"] = hashlib.sha256(content).hexdigest()


def linked(path: Path) -> None:
    """The file as a link to where it has been put."""
    elsewhere = path.parent.parent / path.name
    path.rename(elsewhere)
    path.symlink_to(elsewhere)


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda m, f: m["program"].update(code="0"), "made by another version of the program"),
        (lambda m, f: m.update(complete=False), "the run has not finished"),
        (lambda m, f: m["parts"].update({"../x": m["parts"].pop("part-000000.parquet")}), "is no name of a part"),
        (lambda m, f: (f / "part-000000.parquet").unlink(), "is not there"),
        (lambda m, f: (f / "part-000000.parquet").write_bytes(b"PAR1"), "is not what was written"),
        (lambda m, f: m["arms"][0].update(id="other"), "answers something other than the manifest says"),
        (lambda m, f: m.update(parts=[]), "this is not the result of a cohort run"),
        (lambda m, f: m["parts"]["part-000000.parquet"].update(first="x"), "this is not the result of a cohort run"),
        (lambda m, f: m["parts"]["part-000000.parquet"].update(rows=0), "this is not the result of a cohort run"),
        (lambda m, f: m.pop("batch"), "this is not the result of a cohort run"),
        (lambda m, f: m.pop("program"), "this is not the result of a cohort run"),
        (lambda m, f: m["asked"].append("nothing"), "lacks columns"),
        (lambda m, f: replaced(m, f, b"PAR1 and no more PAR1"), "is no Parquet"),
        (lambda m, f: linked(f / "_patients.parquet"), "is a link, which is not followed"),
        (lambda m, f: (f / "_patients.parquet").unlink(), "is not the one that was answered"),
    ],
)
def test_a_result_that_was_changed_is_not_summarised(run: Run, tmp_path: Path, damage: Any, says: str) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS[:4])
    folder = tmp_path / "result"
    run("cohort", "run", str(table), *GIVE, "-o", str(folder))
    assert run("cohort", "summary", str(folder)).code == 0
    manifest = json.loads((folder / "_manifest.json").read_bytes())
    if says == "is not the one that was answered":
        write_csv(table, ROWS[:3])
    damage(manifest, folder)
    (folder / "_manifest.json").write_text(json.dumps(manifest))
    refused = run("cohort", "summary", str(folder))
    assert (refused.code, says in refused.err) == (3, True), refused.err


def test_a_run_goes_on_only_under_the_code_that_began_it(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS)
    args = ("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    assert run(*args).code == 0
    monkeypatch.setattr("theralogic.cohort.run.code_digest", lambda: "0" * 16)
    other = run(*args)
    assert (other.code, "[another-result]" in other.err) == (3, True)


def test_a_worker_with_other_code_answers_nothing() -> None:
    job = batch.BatchJob(b"", "of another version", "", "table", (), ())
    with pytest.raises(EngineError, match="another version of the program"):
        batch.answer_batch(job, batch.Batch(0, 0, 1))


def test_rows_that_are_lost_on_the_way_are_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def short(job: batch.BatchJob, rows: batch.Batch) -> batch.Part:
        return batch.answer_batch(job, rows)._replace(patients=3)

    monkeypatch.setattr("theralogic.cohort.run.answer_batch", short)
    table = write_csv(tmp_path / "patients.csv", ROWS[:4])
    lost = run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"), "--workers", "1")
    assert (lost.code, "4 rows went in, but not as many came out" in lost.err) == (1, True)


def test_what_is_set_aside_runs_in_no_spreadsheet(run: Run, tmp_path: Path) -> None:
    names = ["=cmd|' /C calc'!A0", "+1", "@x", "-5", "-x"]
    table = write_csv(tmp_path / "patients.csv", [{**ROWS[0], "id": name, "disease": "?"} for name in names])
    run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    with (tmp_path / "result" / "_set-aside.csv").open(newline="", encoding="utf-8") as file:
        assert [row["id"] for row in csv.DictReader(file)] == [f"'{names[0]}", "'+1", "'@x", "-5", "'-x"]


def test_a_worker_ends_with_its_parent() -> None:
    parent = (
        "import subprocess, sys, os\nchild = subprocess.Popen([sys.executable, '-c', sys.argv[1], str(os.getpid())])\n"
    )
    child = (
        "import sys, time\nfrom theralogic.cohort.batch import end_with\nend_with(int(sys.argv[1]))\ntime.sleep(60)\n"
    )
    parent += "print(child.pid, flush=True)\nimport time\ntime.sleep(60)\n"
    process = subprocess.Popen([sys.executable, "-c", parent, child], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    worker = int(process.stdout.readline())
    time.sleep(3)
    process.kill()
    process.wait()
    process.stdout.close()
    for _ in range(100):
        try:
            os.kill(worker, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{worker}/stat").exists() and Path(f"/proc/{worker}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    os.kill(worker, 9)
    pytest.fail("the worker outlived its parent")


def test_a_process_whose_parent_has_gone_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    parents, ended = [7, 7, 1], list[int]()
    monkeypatch.setattr("theralogic.cohort.batch.os.getppid", lambda: parents.pop(0))
    monkeypatch.setattr("theralogic.cohort.batch.os._exit", ended.append)
    monkeypatch.setattr("theralogic.cohort.batch.time.sleep", lambda _: None)
    batch._watch(7)
    assert (parents, ended) == ([], [1])


def test_a_run_that_is_stopped_when_it_goes_on_keeps_what_it_has(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS[:4])
    args = ("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result"))
    assert run(*args).code == 0
    before = digests(tmp_path / "result")

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("theralogic.cohort.run._check_ids", stopped)
        assert run(*args).code == 130
    assert digests(tmp_path / "result") == before
    assert run(*args).code == 0
    assert run("cohort", "summary", str(tmp_path / "result")).code == 0


def test_a_run_that_is_killed_at_any_moment_goes_on(tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", [{**row, "id": str(n)} for n, row in enumerate(FOUR * 2_500)])
    with table.open("a", encoding="utf-8") as file:
        file.writelines("broken\n" for _ in range(2_000))
    command = [sys.executable, "-m", "theralogic_cli", "cohort", "run", str(table), *GIVE, "--batch", "1000"]
    command += ["--workers", "1", "-o"]
    start = time.monotonic()
    subprocess.run([*command, str(tmp_path / "whole")], check=True, capture_output=True)
    whole = time.monotonic() - start
    moments = random.Random(7)
    for _ in range(KILLS):
        running = subprocess.Popen([*command, str(tmp_path / "killed")], stderr=subprocess.PIPE)
        try:
            running.communicate(timeout=moments.uniform(0.3, 1) * whole)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
    last = subprocess.run([*command, str(tmp_path / "killed")], capture_output=True, text=True)
    assert last.returncode == 0, last.stderr
    assert "10,000 patients answered" in last.stdout
    assert "2,000 rows set aside" in last.stdout
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".json"}


@pytest.mark.parametrize("left", ["_patients.tmp", "._unread_set-aside.csv.abcd1234", "._manifest.json.abcd1234"])
def test_what_a_killed_run_left_half_written_is_taken_away(run: Run, tmp_path: Path, left: str) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS[:4])
    folder = tmp_path / "result"
    folder.mkdir()
    (folder / left).write_text("half")
    assert run("cohort", "run", str(table), *GIVE, "-o", str(folder)).code == 0
    (folder / ".part-000000.parquet.abcd1234").write_text("half")
    assert run("cohort", "run", str(table), *GIVE, "-o", str(folder)).code == 0
    assert not [path.name for path in folder.iterdir() if path.name.startswith(".") or path.suffix == ".tmp"]


def test_a_pool_that_has_broken_or_is_silent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    job, batches = batch.BatchJob(b"", "", "", "table", (), ()), [batch.Batch(0, 0, 1)]

    class Broken:
        def submit(self, *_: object) -> Future[batch.Part]:
            raise BrokenExecutor

    class Silent:
        def submit(self, *_: object) -> Future[batch.Part]:
            return Future()

    def gone() -> None:
        raise EngineError("no-cluster", "nobody is there")

    with pytest.raises(EngineError, match="was ended from outside"):
        list(_answered(Broken(), 1, gone, job, batches))
    monkeypatch.setattr("theralogic.cohort.run.PATIENCE", 0.01)
    with pytest.raises(EngineError, match="nobody is there"):
        list(_answered(Silent(), 1, gone, job, batches))


def test_a_hidden_file_of_somebody_else_is_not_taken_away(run: Run, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "patients.csv", ROWS[:4])
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / ".plans").write_text("keep me")
    assert "the folder is not empty" in run("cohort", "run", str(table), *GIVE, "-o", str(tmp_path / "result")).err
    assert (tmp_path / "result" / ".plans").exists()
