"""Summaries of small cohorts: who responds, what tells responders from the rest, and what makes the difference."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.sketch import drug, sketch

from theralogic.cohort.cohort_arms import arm_of, arms_of
from theralogic.cohort.run import TABLE, run
from theralogic.cohort.saved_cohort import SavedCohort, open_cohort, patient_case
from theralogic.cohort.summary import OUTCOMES, RuleDifference, Summary, in_words, summarise
from theralogic.cohort.summary_svg import WIDE, summary_svg, summary_text
from theralogic.model.errors import InvalidInputError, NotFoundError
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import Answer, Reason
from theralogic.reasoning import reference

ILL = {"id": "ill", "name": "illness", "activity": "C", "levels": {"A": "high"}}
SICK = {"id": "sick", "name": "sickness", "activity": "C", "levels": {"A": "high", "B": "high"}}
EITHER: dict[str, Any] = {
    "entities": {"B": {"tone": "constitutive"}, "C": {"drivers": "sufficient"}},
    "diseases": [ILL, SICK],
    "interventions": [drug("x", blocks="A")],
}
"""Either of B and D keeps C going where A is blocked."""


def either() -> KnowledgeBase:
    return sketch("A -> C", "B -> C", "D -> C", **EITHER)


def both() -> KnowledgeBase:
    """B and D keep C going together: they are parts of one gate."""
    gate = {"kind": "complex", "requires": ["B", "D"]}
    return sketch(
        "A -> C", "G -> C", **{**EITHER, "entities": {"B": {}, "C": {"drivers": "sufficient"}, "D": {}, "G": gate}}
    )


def ran(folder: Path, kb: KnowledgeBase, rows: list[dict[str, str]], *, batch: int = 100) -> SavedCohort:
    table = folder / "patients.parquet"
    names = list(dict.fromkeys(name for row in rows for name in row))
    pq.write_table(pa.table({name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}), table)
    run(kb, table, [arm_of(kb, ["x"], [])], ["C"], folder / "result", workers=1, batch=batch)
    return open_cohort(folder / "result", kb)


def summed(folder: Path, kb: KnowledgeBase, *rows: dict[str, str], batch: int = 100) -> Summary:
    cohort = ran(folder, kb, [{"disease": "ill", **row} for row in rows], batch=batch)
    return summarise(cohort, kb, reference, arm=cohort.arm(None), entity="C")


def made(found: Summary) -> RuleDifference:
    assert found.difference
    return found.difference


def test_where_nothing_tells_patients_apart_all_are_counted_and_nobody_is_compared(tmp_path: Path) -> None:
    found = summed(tmp_path, sketch("A -> C", diseases=[ILL], interventions=[drug("x", blocks="A")]), {}, {}, {})
    assert (found.patients, found.responders, found.splits, found.difference) == (3, 3, (), None)
    assert "Nobody to compare: in the sample all respond, or none does." in summary_text(found)


def test_a_summary_over_several_parts_counts_every_patient(tmp_path: Path) -> None:
    rows = [{"B": "absent", "D": "low"}, {"B": "high"}, {"B": "absent", "D": "low"}, {"D": "high"}, {"B": "high"}]
    rows[-1]["disease"] = "sick"
    found = []
    for batch in (100, 2, 1):
        folder = tmp_path / f"by {batch}"
        folder.mkdir()
        found.append(summed(folder, either(), *rows, batch=batch))
    assert (found[0].patients, found[0].responders) == (5, 2)
    assert {split.finding for split in found[0].splits} == {"disease", "B", "D"}
    assert [sum(share.patients for share in split.shares) for split in found[0].splits] == [5, 5, 5]
    assert found[1].splits == found[2].splits == found[0].splits


def test_a_summary_says_what_happens_in_the_words_of_every_other_view(tmp_path: Path) -> None:
    found = summed(tmp_path, either(), {"B": "absent", "D": "low"}, {"B": "high", "D": "high"})
    text = summary_text(found)
    assert "    falls strongly" in text
    assert "Responders (C falls at least moderately)" in text
    assert "  A: falls strongly / falls strongly" in text
    assert ">falls strongly</text>" in summary_svg(found)
    assert "decreases" not in text + summary_svg(found)


def test_a_summary_keeps_to_the_width_of_the_terminal(tmp_path: Path) -> None:
    found = summed(tmp_path, either(), {"B": "absent", "D": "low"}, {"B": "high", "D": "high"})
    lines = summary_text(found, 60).splitlines()
    assert [line for line in lines if len(line) > 60 and line != found.disclaimer] == []


def test_a_part_in_which_every_row_was_set_aside_changes_nothing(tmp_path: Path) -> None:
    rows = [{"B": "enormous"}, {"B": "absent", "D": "low"}, {"B": "high", "D": "low"}]
    found = summed(tmp_path, either(), *rows, batch=1)
    assert (found.patients, found.set_aside, found.responders) == (2, 1, 1)
    assert [split.finding for split in found.splits] == ["B", "D"]


def test_each_fact_that_undoes_the_response_by_itself_is_named(tmp_path: Path) -> None:
    found = made(summed(tmp_path, either(), {"B": "absent", "D": "low"}, {"B": "high", "D": "high"}))
    assert found.facts == (("B", "absent", "high"), ("D", "low", "high"))
    assert found.alone == ("B", "D")
    assert (found.parts_at, found.rule) == ("C", "a-raises-c")


def test_where_only_two_facts_together_undo_it_that_is_said(tmp_path: Path) -> None:
    found = summed(tmp_path, both(), {"B": "low", "D": "low"}, {"B": "high", "D": "high"})
    assert made(found).alone == ()
    assert "no single one of these undoes the response" in summary_text(found)


def test_what_is_not_known_of_the_other_and_what_is_no_finding_are_facts_too(tmp_path: Path) -> None:
    rows = [
        {"B": "absent", "D": "low", "context.phase": "acute"},
        {"D": "low", "context.phase": "chronic", "disease": "sick"},
    ]
    found = made(summed(tmp_path, either(), *rows))
    assert found.facts == (
        ("disease", "illness", "sickness"),
        ("context.phase", "acute", "chronic"),
        ("B", "absent", "not known"),
    )
    assert found.alone == ("B",)


def test_a_response_that_the_engine_does_not_confirm_has_no_chain_to_show(tmp_path: Path) -> None:
    cohort = ran(tmp_path, either(), [{"disease": "ill", "B": "high"}, {"disease": "ill", "B": "elevated"}])
    (part,) = (path for path, _ in cohort.parts())
    table = pq.read_table(part)
    for name, words in (("C", ["decreases", "no_effect"]), ("C.strength", ["strong", None])):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, name, pa.array(words, pa.string()))
    pq.write_table(table, part)
    found = made(summarise(cohort, either(), reference, arm=cohort.arm(None), entity="C"))
    assert (found.responder, found.steps, found.parts_at, found.rule) == ("1", (), "C", "given")


NO_ROOM = Reason("no_room", "X", "A", "a-x", (), "strong", False)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("increases", "weak", None), "X rises weakly"),
        (("ambiguous", "strong", None), "X could go either way"),
        (("no_effect", None, NO_ROOM), "X does not change: X was found to be absent, and nothing given supplies it"),
    ],
)
def test_an_answer_in_words(answer: tuple[str, str | None, Reason | None], words: str) -> None:
    direction, strength, reason = answer
    assert (
        in_words(
            str,
            Answer(
                entity="X",
                name="X",
                direction=direction,
                strength=strength,
                certainty=None,
                reason=reason,
                opposed_by=(),
                onset=None,
            ),
        )
        == words
    )


def test_a_table_that_was_copied_may_go_and_one_that_was_not_is_missed(tmp_path: Path) -> None:
    kb = either()
    cohort = ran(tmp_path, kb, [{"disease": "ill"}])
    (tmp_path / "patients.csv").write_text("id,disease\n1,ill\n", encoding="utf-8")
    run(kb, tmp_path / "patients.csv", [arm_of(kb, [], [])], ["C"], tmp_path / "copied", workers=1)
    for name in ("patients.csv", "patients.parquet"):
        (tmp_path / name).unlink()
    assert open_cohort(tmp_path / "copied", kb).table == str(tmp_path / "copied" / TABLE)
    with pytest.raises(InvalidInputError, match=r"the table of patients `.*patients.parquet` is no longer there"):
        open_cohort(cohort.folder, kb)


def test_an_arm_by_a_name_that_nobody_gave_it_is_told_with_the_nearest(tmp_path: Path) -> None:
    cohort = ran(tmp_path, either(), [{"disease": "ill"}])
    with pytest.raises(NotFoundError, match=r"(?s)unknown arm `treatd`.*did you mean `treated`"):
        cohort.arm("treatd")


def test_an_agent_that_only_the_arms_know_is_given_again_when_the_result_is_opened(tmp_path: Path) -> None:
    kb, table = either(), tmp_path / "patients.csv"
    table.write_text("id,disease\n1,ill\n", encoding="utf-8")
    text = b"arms:\n  - {id: new, add: [{name: anti-B, actions: [{verb: blocks, target: B}]}]}\n"
    run(kb, table, arms_of(kb, text, "arms.yaml"), ["C"], tmp_path / "result", workers=1)
    cohort = open_cohort(tmp_path / "result", kb)
    case, _ = patient_case(cohort, kb, "1", cohort.arm("new"))
    assert case.title == "Patient 1: illness, anti-B"
    assert [a.target for a in case.arms[0].prescriptions[0].intervention.actions] == ["B"]


def test_a_folder_whose_manifest_can_not_be_read_is_left_alone(tmp_path: Path) -> None:
    kb, table = either(), tmp_path / "patients.csv"
    table.write_text("id,disease\n1,ill\n", encoding="utf-8")
    (tmp_path / "result").mkdir()
    for text in ("[", "[]"):
        (tmp_path / "result" / "_manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(InvalidInputError, match="the folder holds another result"):
            run(kb, table, [arm_of(kb, [], [])], ["C"], tmp_path / "result", workers=1)
        assert (tmp_path / "result" / "_manifest.json").read_text(encoding="utf-8") == text


def test_a_legend_of_many_outcomes_stays_on_the_paper(tmp_path: Path) -> None:
    kb = sketch("A -> C", diseases=[ILL], interventions=[drug("x", blocks="A")])
    found = summed(tmp_path, kb, {})._replace(outcomes={"C": dict.fromkeys(OUTCOMES, 1)}, patients=len(OUTCOMES))
    places = [float(x) for x in re.findall(r'<rect x="([\d.]+)" y="\d+" width="11"', summary_svg(found))]
    assert len(places) == len(OUTCOMES)
    assert max(places) <= WIDE - 120
