"""Exercises have one answer that can be defended, keep their ids, and survive every format they are written in."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from tests.sketch import drug, patient, sketch

from theralogic.model.errors import InvalidInputError, TheralogicError
from theralogic.model.records import Case
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.quiz.anki import write_apkg
from theralogic.quiz.gift import to_gift
from theralogic.quiz.grading import read_answers
from theralogic.quiz.item import KINDS, AnswerOption, QuizItem, source
from theralogic.quiz.item import make_item as exercise
from theralogic.quiz.make import MAKERS, Maker, Quiz, _title_of, make_quiz
from theralogic.quiz.moodle import to_moodle
from theralogic.quiz.quiz_json import quiz_json, read_quiz
from theralogic.quiz.worksheet import to_html, to_markdown, to_tsv
from theralogic.reasoning.engines import engine_named
from theralogic.reasoning.evaluate import EvaluationCache
from theralogic.results.arm_view import arm_view
from theralogic.results.assemble import solve
from theralogic.teach.grade_chain import grade
from theralogic.teach.read_chain import read_chain

KB = sketch(
    "IL6_signalling -> STAT3",
    "STAT3 -> CRP",
    "STAT3 -> SOCS3",
    "SOCS3 -| STAT3 weak",
    "IL6R -| serum_IL6",
    "IL6_signalling -> joint_swelling",
    "TNF -> joint_swelling",
    "joint_swelling -> RA_activity",
    "IL6_signalling -> defence",
    "defence -| infection_risk",
    "TNF -> fever in gut",
    "IL6_signalling -> torn moderate",
    "serum_IL6 -> torn moderate",
    "BAFF -> torn_too",
    entities={
        "IL6": {"kind": "cytokine", "name": "IL-6"},
        "IL6R": {"kind": "receptor", "name": "IL-6R"},
        "IL6_signalling": {"kind": "complex", "name": "IL-6 signalling", "requires": ["IL6", "IL6R"]},
        "CRP": {"kind": "readout"},
        "serum_IL6": {"kind": "readout", "name": "serum IL-6: {total} ~ 1 # 2"},
        "RA_activity": {"kind": "activity", "name": "RA activity"},
        "infection_risk": {"kind": "risk", "name": "infection risk"},
    },
    diseases=[{"id": "RA", "name": "RA", "activity": "RA_activity", "levels": {"IL6": "high", "TNF": "high"}}],
    interventions=[
        drug("tocilizumab", blocks="IL6R"),
        drug("infliximab", neutralizes="TNF"),
        drug("nothingumab", neutralizes="BAFF"),
    ],
)
ASK = ["CRP", "serum_IL6", "RA_activity", "infection_risk", "fever", "torn"]


def case() -> Case:
    arms = [{"id": "calm", "title": "IL-6 was never high", "findings": [{"entity": "IL6", "level": "normal"}]}]
    return patient(KB, disease="RA", interventions=["tocilizumab"], ask=ASK, arms=arms)


def quiz(seed: int = 0, engine: str = "reference", most: int = 0) -> Quiz:
    return make_quiz(KB, [case()], engine_named(engine), seed=seed, most=most)


@pytest.fixture(scope="module")
def made() -> Quiz:
    return quiz()


def of_kind(quiz: Quiz, kind: str) -> list[QuizItem]:
    return [item for item in quiz.items if item.kind == kind]


def test_every_kind_of_exercise_can_be_made(made: Quiz) -> None:
    assert {item.kind for item in made.items} == set(KINDS)


def test_every_exercise_has_exactly_one_right_option_and_feedback_on_each(made: Quiz) -> None:
    for item in made.items:
        assert sum(option.right for option in item.options) == 1
        assert len({option.text for option in item.options}) == len(item.options) >= 2
        assert all(option.feedback for option in item.options)
        assert not any(option.slip for option in item.options if option.right)


@pytest.mark.durable
def test_the_other_engine_bears_every_exercise_out(made: Quiz) -> None:
    assert quiz(engine="durable") == made


def test_what_is_ambiguous_is_asked_as_why_it_can_not_be_decided(made: Quiz) -> None:
    assert "torn" in of_kind(made, "undecided")[0].stem
    assert not any("torn" in item.stem.split("\n\n")[1] for item in of_kind(made, "direction"))


def test_what_is_undecided_only_in_an_arm_is_asked_of_the_arm() -> None:
    kb = sketch(
        "A -> T moderate",
        "C -> T moderate",
        interventions=[drug("x", supplies="A"), drug("y", blocks="C")],
        entities={"T": {"tone": "constitutive"}, "C": {"tone": "constitutive"}},
    )
    arms = [{"id": "both", "title": "C blocked as well", "add": ["y"]}]
    (item,) = of_kind(
        make_quiz(kb, [patient(kb, interventions=["x"], ask=["T"], arms=arms)], engine_named("reference")), "undecided"
    )
    assert item.case == "case:both"
    assert "In this variant: C blocked as well." in item.patient
    assert {o.slip for o in item.options} >= {"one_path_only", "gate_missed"}


def test_what_is_undecided_only_because_its_cause_is_is_not_asked() -> None:
    kb = sketch(
        "A -> T moderate",
        "C -> T moderate",
        "T -> U",
        interventions=[drug("x", supplies="A", blocks="C")],
        entities={"T": {"tone": "constitutive"}, "C": {"tone": "constitutive"}},
    )
    made = make_quiz(kb, [patient(kb, interventions=["x"], ask=["T", "U"])], engine_named("reference"))
    asked = [item.question for item in of_kind(made, "undecided")]
    assert asked == ["Why do the rules not decide whether T rises or falls?"]


def test_a_drug_whose_effect_is_not_decided_is_no_option() -> None:
    kb = sketch(
        "A -> activity moderate",
        "C -| activity moderate",
        "A -> risk",
        entities={
            "activity": {"kind": "activity", "tone": "constitutive"},
            "risk": {"kind": "risk"},
            **{e: {} for e in "BD"},
        },
        diseases=[{"id": "ill", "name": "illness", "activity": "activity", "levels": {"B": "elevated"}}],
        interventions=[
            drug("x", supplies="C"),
            drug("torn", supplies="A", agonizes="C"),
            drug("z", supplies="A"),
            drug("w", supplies="D"),
        ],
    )
    (item,) = of_kind(
        make_quiz(kb, [patient(kb, disease="ill", interventions=["x"], ask=["risk"])], engine_named("reference")),
        "drug",
    )
    assert {option.text for option in item.options} == {"x", "z", "w"}


def test_only_the_kinds_that_are_wanted_are_made(made: Quiz) -> None:
    some = make_quiz(KB, [case()], engine_named("reference"), kinds=["direction", "silence"])
    assert list(some.items) == [item for item in made.items if item.kind in ("direction", "silence")]


def test_every_kind_of_exercise_has_its_maker() -> None:
    assert list(MAKERS) == list(KINDS)


def test_what_a_what_if_has_no_single_answer_to_is_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MAKERS, "undecided", Maker(lambda src: iter([None]), variants=True))
    made = make_quiz(KB, [case()], engine_named("reference"), kinds=["undecided"])
    assert made.items == ()
    assert made.dropped == {"undecided": len(case().arms)}


def test_nothing_that_holds_is_offered_as_a_wrong_reason(made: Quiz) -> None:
    (item,) = of_kind(made, "silence")
    assert item.options[item.key].text.startswith(("The rules know no way", "The rule that would lead"))


def test_the_wrong_step_is_the_only_one_the_grader_calls_wrong(made: Quiz) -> None:
    arm = arm_view(KB, solve(KB, case()._replace(arms=case().arms[:1]), engine_named("reference")))
    for item in of_kind(made, "wrong_step"):
        chain = item.stem.split("Which? ")[1]
        entity = next(a.entity for a in arm.answers if chain.endswith(a.name))
        marks = grade(arm, entity, read_chain(arm, chain)).marks
        wrong = [m for m in marks if m.grade == "wrong_sign"]
        assert len(wrong) == 1
        assert item.options[item.key].text.startswith(arm.name(wrong[0].claim.source.id))


def test_only_the_right_option_fills_the_gap_of_a_chain(made: Quiz) -> None:
    arm = arm_view(KB, solve(KB, case()._replace(arms=case().arms[:1]), engine_named("reference")))
    for item in of_kind(made, "missing"):
        gap = item.stem.split("in this chain? ")[1]
        entity = next(a.entity for a in arm.answers if gap.endswith(a.name))
        for option in item.options:
            if option.text.startswith("None:"):
                continue
            marks = grade(arm, entity, read_chain(arm, gap.replace("?", option.text))).marks
            assert all(mark.grade == "exact" for mark in marks) == option.right


def test_only_the_right_order_puts_every_cause_before_its_effect(made: Quiz) -> None:
    arm = arm_view(KB, solve(KB, case()._replace(arms=case().arms[:1]), engine_named("reference")))
    ids = {entity.name: entity.id for entity in KB.entities.values()}
    for item in of_kind(made, "order"):
        for option in item.options:
            places = [arm.order[ids[name]] for name in option.text.split(", then ") if name in ids]
            assert (places == sorted(places)) == option.right


def test_an_order_that_other_rules_bear_out_is_not_offered_as_wrong() -> None:
    kb = sketch("A -> B", "B -> C", "C -> D", interventions=[drug("x", supplies="A")])
    shortcuts = sketch("A -> B", "B -> C", "C -> D", "A -> C weak", "C -> B weak", "B -> D weak",
                       interventions=[drug("x", supplies="A")])  # fmt: skip
    orders = []
    for rules in (kb, shortcuts):
        asked = patient(rules, interventions=["x"], ask=["D"])
        (item,) = of_kind(make_quiz(rules, [asked], engine_named("reference")), "order")
        orders.append({option.text for option in item.options})
    assert orders[0] - orders[1] == {"x, then A, then C, then B, then D"}


def test_more_of_one_part_does_not_open_the_gate(made: Quiz) -> None:
    (item,) = of_kind(made, "more_of_one")
    assert item.options[item.key].text == "It does not change"
    assert {o.slip for o in item.options} == {"", "gate_missed"}


def test_what_has_no_or_two_right_options_is_no_exercise() -> None:
    src = source(case(), EvaluationCache(KB, engine_named("reference")))
    yes, no = AnswerOption("yes", True, "", "so"), AnswerOption("no", False, "", "not so")
    assert exercise("direction", src, "X", "?", [yes, no])
    for options in ([no], [yes], [yes, no, AnswerOption("also", True, "", "so")], [yes, no, no._replace(right=True)]):
        assert exercise("direction", src, "X", "?", options) is None


def test_the_same_seed_gives_the_same_quiz_and_exercises_do_not_depend_on_it() -> None:
    assert quiz(1) == quiz(1)
    assert {i.exercise for i in quiz(1).items} == {i.exercise for i in quiz(2).items}
    assert [i.options for i in quiz(1).items] != [i.options for i in quiz(2).items]


def test_a_short_quiz_is_spread_over_the_kinds() -> None:
    short = quiz(most=6)
    assert len(short.items) == 6
    assert len({item.kind for item in short.items}) >= 5


# -- formats, each read back by somebody else ---------------------------------------------------------------------


def plain(html: str) -> str:
    class Text(HTMLParser):
        said = ""

        def handle_data(self, data: str) -> None:
            self.said += data

    reader = Text()
    reader.feed(html)
    return reader.said


def test_moodle_xml_is_read_back_whole(made: Quiz) -> None:
    root = fromstring(to_moodle(made))
    questions = [q for q in root.findall("question") if q.get("type") == "multichoice"]
    assert len(questions) == len(made.items)
    for question, item in zip(questions, made.items, strict=True):
        assert question.findtext("idnumber") == item.exercise
        answers = question.findall("answer")
        assert [a.get("fraction") == "100" for a in answers] == [o.right for o in item.options]
        assert [plain(a.findtext("text") or "") for a in answers] == [o.text for o in item.options]
        assert [plain(a.findtext("feedback/text") or "") for a in answers] == [o.feedback for o in item.options]
        assert DISCLAIMER in plain(question.findtext("generalfeedback/text") or "")


def read_gift(text: str) -> list[tuple[str, str, list[tuple[bool, str, str]]]]:
    """A strict reader of the part of GIFT that is written: titles, stems, single choice with feedback."""
    found = []
    body = "\n".join(line for line in text.split("\n") if not line.startswith(("//", "$CATEGORY")))
    for block in re.split(r"\n\s*\n", body.strip()):
        head, _, answers = _cut(block, "{")
        answers, close, rest = _cut(answers, "}")
        assert close == "}"
        assert not rest.strip()
        _, title, stem = re.split(r"(?<!\\)::", head)
        options = []
        for line in filter(None, (line.strip() for line in answers.split("\n"))):
            if line.startswith("####"):
                continue
            assert line[0] in "=~"
            choice, mark, feedback = _cut(line[1:], "#")
            assert mark == "#"
            assert "->" not in choice  # else it is read as a matching question
            options.append((line[0] == "=", _plain(choice), _plain(feedback)))
        found.append((title, _plain(stem).strip().removeprefix("[plain]").strip(), options))
    return found


def _cut(text: str, at: str) -> tuple[str, str, str]:
    found = re.search(rf"(?<!\\){re.escape(at)}", text)
    return (text[: found.start()], at, text[found.end() :]) if found else (text, "", "")


def _plain(text: str) -> str:
    assert not re.search(r"(?<!\\)[~=#{}:]", text), text
    return re.sub(r"\\([~=#{}:\\])", r"\1", text.replace("\\n", "\n"))


def test_gift_is_read_back_whole(made: Quiz) -> None:
    def said(text: str) -> str:
        return text.replace("->", "→").replace("-|", "⊣")

    read = read_gift(to_gift(made))
    assert [title.split()[1] for title, _, _ in read] == [item.id for item in made.items]
    for (_, stem, options), item in zip(read, made.items, strict=True):
        assert stem == said(item.stem)
        assert options == [(o.right, said(o.text), said(o.feedback)) for o in item.options]


def test_tab_separated_cards_have_four_columns_and_stable_ids(made: Quiz) -> None:
    rows = list(csv.reader(io.StringIO(to_tsv(made)), delimiter="\t", quoting=csv.QUOTE_NONE))
    cards = [row for row in rows if not row[0].startswith("#")]
    assert [card[0] for card in cards] == [item.id for item in made.items]
    assert {len(card) for card in cards} == {4}
    assert all(item.options[item.key].text in plain(card[2]) for card, item in zip(cards, made.items, strict=True))


def test_an_anki_package_holds_every_card_under_the_same_id_each_time(made: Quiz, tmp_path: Path) -> None:
    pytest.importorskip("genanki")

    def notes(name: str, quiz: Quiz) -> dict[str, str]:
        write_apkg(quiz, tmp_path / name)
        with zipfile.ZipFile(tmp_path / name) as package:
            package.extract("collection.anki2", tmp_path / f"{name}.d")
        with sqlite3.connect(tmp_path / f"{name}.d" / "collection.anki2") as base:
            rows = base.execute("select guid, flds from notes").fetchall()
        base.close()
        return {fields.split("\x1f")[2]: guid for guid, fields in rows}

    first, again = notes("a.apkg", made), notes("b.apkg", quiz(seed=9))
    assert set(first) == {item.exercise for item in made.items}
    assert first == again


def test_without_genanki_the_help_names_the_other_way(
    made: Quiz, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "genanki", None)
    with pytest.raises(TheralogicError, match="genanki") as caught:
        write_apkg(made, tmp_path / "x.apkg")
    assert "--format tsv" in str(caught.value)


def test_the_worksheet_asks_before_its_key_answers(made: Quiz) -> None:
    for page in (to_markdown(made), plain(to_html(made))):
        assert DISCLAIMER in page
        sheet, _, key = page.rpartition("Key")
        right = made.items[0].options[made.items[0].key].feedback
        assert right in key
        assert right not in sheet


def test_the_html_page_needs_no_network_and_runs_no_script(made: Quiz) -> None:
    page = to_html(made)
    assert "default-src 'none'" in unescape(page)
    assert not re.search(r"<script|https?://|src=", page)


def test_json_is_read_back_as_the_same_quiz(made: Quiz) -> None:
    text = json.dumps(quiz_json(made)).encode()
    assert read_quiz(text, "quiz.json") == made


@pytest.mark.parametrize("damage", ["{", "[]", '{"schema": "other"}', "two right", "no right", "twice", "unknown"])
def test_a_damaged_quiz_is_refused(made: Quiz, damage: str) -> None:
    data = json.loads(json.dumps(quiz_json(made)))
    if damage in ("two right", "no right"):
        for option in data["items"][0]["options"]:
            option["right"] = damage == "two right"
    elif damage == "twice":
        data["items"].append(data["items"][0])
    elif damage == "unknown":
        data["items"][0]["kind"] = "riddle"
    text = damage if damage[0] in "{[" else json.dumps(data)
    with pytest.raises(InvalidInputError, match="is no quiz"):
        read_quiz(text.encode(), "quiz.json")


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (("items",), {"a": 1}, "`items` must be a list"),
        (("items",), [[]], "an item must be a mapping"),
        (("items", 0, "id"), ["x"], "`id` must be text"),
        (("items", 0, "stem"), "x" * 30_000, "`stem` has more than 20,000 characters"),
        (("items", 0, "why"), "a\u202eb", r"`why` holds hidden characters"),
        (("items", 0, "why"), "\ud800", r"`why` holds hidden characters: `\\ud800`"),
        (("items", 0, "options"), [{}] * 30, "`options` has more than 26 entries"),
        (("items", 0, "options", 0), 7, "an option must be a mapping"),
        (("items", 0, "patterns"), [7], "`patterns` must be a list of texts"),
        (("seed",), "one", "must be whole numbers"),
        (("dropped",), {"silence": [[]]}, "must be whole numbers"),
        (("dropped",), None, "`dropped` must be a mapping"),
    ],
)
def test_a_quiz_of_another_shape_is_refused_by_what_is_wrong_with_it(
    made: Quiz, path: tuple[str | int, ...], value: object, says: str
) -> None:
    data = json.loads(json.dumps(quiz_json(made)))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(InvalidInputError, match=says):
        read_quiz(json.dumps(data).encode(), "quiz.json")


def test_a_quiz_nested_without_end_is_no_json() -> None:
    with pytest.raises(InvalidInputError, match="is no quiz: it is not JSON"):
        read_quiz(b"[" * 100_000 + b"]" * 100_000, "quiz.json")


def test_the_key_of_another_printing_grades_nothing() -> None:
    sheet, key = quiz(1), quiz(2)
    answers = "learner,item,answer\n" + "".join(f"L1,{item.id},A\n" for item in sheet.items)
    with pytest.raises(InvalidInputError, match="from another printing of this quiz") as caught:
        read_answers(answers.encode(), "a.csv", key)
    assert caught.value.code == "other-printing"
    assert len(read_answers(answers.encode(), "a.csv", sheet)) == len(sheet.items)


def test_an_id_is_no_number_to_a_spreadsheet(made: Quiz) -> None:
    assert all(item.id[0].isalpha() and item.exercise[0].isalpha() for item in made.items)


def test_quizzes_on_other_cases_have_other_titles() -> None:
    titles = {_title_of([f"case-{n}" for n in range(size, size + many)]) for size in range(3) for many in (2, 3, 9)}
    assert len(titles) == 9
    assert _title_of(["a", "b"]) == "a and b"


def test_a_part_that_must_be_away_is_not_said_to_be_lost_when_it_comes() -> None:
    kb = sketch(
        entities={
            "G": {"kind": "complex", "requires": ["A", {"not": "B"}]},
            "A": {"kind": "receptor"},
            "B": {"kind": "protein", "level": "absent"},
        },
        interventions=[drug("x", supplies="B")],
    )
    case = patient(kb, interventions=["x"], ask=["G"])
    (item,) = of_kind(make_quiz(kb, [case], engine_named("reference"), kinds=["lost_part"]), "lost_part")
    right = item.options[item.key]
    assert (right.text, right.feedback) == ("no B", "Yes: B is there now, and G needs it away.")
    assert item.question.endswith("It needs A and no B, all at once. Which of these no longer holds?")
