"""What is told of an item that can't be understood: its place, what was written, what is wrong, how to mend it."""

from __future__ import annotations

import pytest

from theralogic.files.load import LISTS, read_case, validate
from theralogic.files.yaml_reader import read_yaml
from theralogic.model.errors import InvalidInputError, Problem, Problems
from theralogic.model.vocabulary import CONTEXT_KEYS, KINDS

ENTITY = "- {id: A, name: A, kind: cytokine, "
MECHANISM = "- {id: m, subject: A, relation: activates, object: B, because: x, "
OBJECT = "- {id: m, subject: A, relation: activates, because: x, object: "
DRUG = "- {id: x, name: X, class: c, "
CASE = "{id: c, hypothetical: true, title: T, "

QUOTES, FILL = "put it in quotes", "fill it in or remove it"
LINES, ITEMS = "write lines of `key: value`", "write `[...]`, or one line with `- ` for each"
PERSON = "cases are hypothetical: describe a patient, never name one"
CONTEXTS, KINDS_LISTED = f"one of {', '.join(CONTEXT_KEYS)}", f"one of {', '.join(KINDS)}"
KEYS = (
    "one of aliases, borne_by, drivers, id, kind, lack_names, level, name, note, produced_by, requires, shared_names, "
    "signalling, tone, xrefs"
)
SIGNS = "use ASCII letters, digits, `_`, `-`, `.`, `+`, and begin with a letter or digit"

RULES: dict[tuple[str, str], list[str]] = {
    ("entities", ENTITY + "nam: x}"): ["36: unknown key `nam` > did you mean `name`?"],
    ("entities", ENTITY + "colour: x}"): [f"36: unknown key `colour` > {KEYS}"],
    ("entities", "- {id: A, name: A}"): ["3: key `kind` is missing > add `kind:`"],
    ("entities", "- {id: A, name: A, kind: cytokin}"): [
        "26: `cytokin` is not a word for `kind` > did you mean `cytokine`?",
    ],
    ("entities", "- {id: A, name: {}, kind: []}"): [
        "17: `name` is an empty mapping: must be text",
        f"27: an empty list is not a word for `kind` > {KINDS_LISTED}",
    ],
    ("entities", "- {id: 'a b', name: A, kind: cytokine}"): [f"8: `a b` is not a plain identifier > {SIGNS}"],
    ("entities", "- {id: 1, name: , kind: cytokine}"): [
        f"8: `id` is `1`: must be text > {QUOTES}", f"17: `name` is empty > {FILL}",
    ],
    ("entities", f"- {{id: {'x' * 121}, name: A, kind: cytokine}}"): [
        f"8: `id` is `{'x' * 80}`: must have at most 120 characters",
    ],
    ("entities", ENTITY + "xrefs: [x]}"): ["44: `x` is not a prefixed identifier > write it like `HGNC:6018`"],
    ("entities", ENTITY + "aliases: x}"): [f"45: `aliases` is `x`: must be a list > {ITEMS}"],
    ("entities", ENTITY + "aliases: [x, 1, '']}"): [
        f"49: item 2 of `aliases` is `1`: must be text > {QUOTES}", f"52: item 3 of `aliases` is empty > {FILL}",
    ],
    ("entities", ENTITY + "note: [x]}"): ["42: `note` is a list: must be text"],
    ("entities", ENTITY + "note: true}"): [f"42: `note` is `true`: must be text > {QUOTES}"],
    ("entities", ENTITY + "signalling: x}"): [
        f"48: `signalling` is `x`: must be a mapping of keys to values > {LINES}",
    ],
    ("entities", ENTITY + "signalling: {id: S, wiht: [R]}}"): [
        "48: key `with` is missing > add `with:`", "56: unknown key `wiht` > did you mean `with`?",
    ],
    ("entities", ENTITY + "signalling: {id: S, with: []}}"): ["62: `with` is an empty list: must have at least 1 item"],
    ("entities", ENTITY + "requires: [{not: 1}]}"): [f"53: `not` is `1`: must be text > {QUOTES}"],
    ("entities", ENTITY + "requires: [[x]]}"): ["47: item 1 of `requires` is a list: must be text or a mapping"],
    ("entities", ENTITY + "requires: [{nit: x}]}"): [
        "47: key `not` is missing > add `not:`", "48: unknown key `nit` > did you mean `not`?",
    ],
    ("entities", "- x"): [f"3: this is `x`: must be a mapping of keys to values > {LINES}"],
    ("entities", "- "): [f"2: there is nothing here > {FILL}"],
    ("mechanisms", MECHANISM + "where: {mood: x}}"): [f"75: unknown key `mood` > {CONTEXTS}"],
    ("mechanisms", MECHANISM + "where: {tisue: x}}"): ["75: unknown key `tisue` > did you mean `tissue`?"],
    ("mechanisms", MECHANISM + "where: {tissue: 1, cell: [x, 1], phase: {a: b}}}"): [
        f"83: `tissue` is `1`: must be text > {QUOTES}", f"96: item 2 of `cell` is `1`: must be text > {QUOTES}",
        "107: `phase` is a mapping: must be text or a list",
    ],
    ("mechanisms", OBJECT + "[]}"): ["64: `object` is an empty list: must have at least 1 item"],
    ("mechanisms", OBJECT + "{a: b}}"): ["64: `object` is a mapping: must be text or a list"],
    ("mechanisms", MECHANISM + "evidence: {kind: rct}}"): [f"77: `evidence` is a mapping: must be a list > {ITEMS}"],
    ("cautions", f"- {{id: c, say: x, because: y, when: [{'{disease: d}, ' * 13}]}}"): [
        "37: `when` is a list: must have at most 12 items",
    ],
    ("interventions", DRUG + "actions: [{verb: block, target: A}]}"): [
        "47: `block` is not a word for `verb` > did you mean `blocks`?",
    ],
    ("interventions", DRUG + "actions: [{verb: blocks, target: A}], dose: {low: little}}"): [
        "80: `little` is not a word for `low` > one of weak, moderate, strong",
    ],
}  # fmt: skip

CASES: dict[str, list[str]] = {
    CASE + "patient_name: x}": [f"39: key `patient_name` could identify a person > {PERSON}"],
    CASE + "'Date of - Birth': x}": [f"39: key `Date of - Birth` could identify a person > {PERSON}"],
    CASE + "findings: [{entity: A, mrn: 1}]}": [f"62: key `mrn` could identify a person > {PERSON}"],
    CASE + "context: {name: x}}": [f"49: key `name` could identify a person > {PERSON}"],
    CASE + "context: {mood: x}}": [f"49: unknown key `mood` > {CONTEXTS}"],
    CASE + "interventions: [{name: x, phone: 1, actions: [{verb: blocks, target: A}]}]}": [
        "65: unknown key `phone` > one of actions, dose, give, name",
    ],
    CASE + "interventions: [{give: x, dos: y}]}": [
        "55: key `dose` is missing > add `dose:`", "65: unknown key `dos` > did you mean `dose`?",
    ],
    CASE + "interventions: [{give: 5, dose: x}]}": [f"62: `give` is `5`: must be text > {QUOTES}"],
    CASE + "interventions: [5, [5]]}": [
        f"55: item 1 of `interventions` is `5`: must be text > {QUOTES}",
        "58: item 2 of `interventions` is a list: must be text or a mapping",
    ],
    CASE + "arms: [{id: x, replace: {y: {give: z}}}]}": ["67: key `dose` is missing > add `dose:`"],
    CASE + "arms: [{id: x, dose: {y: 5}}]}": [f"64: `y` is `5`: must be text > {QUOTES}"],
    CASE + "findings: [{entity: A, value: x, reference: [1]}]}": [
        "69: `value` is `x`: must be a number > write digits, without quotes",
        "83: `reference` is a list: must have at least 2 items > write `[low, high]`",
    ],
    CASE + "findings: [{entity: A, value: 5, reference: x}]}": [f"83: `reference` is `x`: must be a list > {ITEMS}"],
    CASE + "teaching: {objective: [x]}}": ["50: unknown key `objective` > did you mean `objectives`?"],
    CASE + "title: Other}": ["39: key `title` is here twice, first at line 1 > keep one"],
    "{id: c, hypothetical: yes, title: T}": ["23: `hypothetical` is `yes` > only hypothetical cases: write `true`"],
    "{id: c, title: T}": ["1: key `hypothetical` is missing > add `hypothetical:`"],
    "[a]": [f"1: this is a list: must be a mapping of keys to values > {LINES}"],
    "": [f"1: there is nothing here > {FILL}"],
    "*a": ["1: aliases are not read here > write the value out"],
}  # fmt: skip


def told(problem: Problem) -> str:
    """A problem of the first line: where it begins, the message, how to mend it."""
    assert problem.where is not None
    assert problem.where.line == 1
    return f"{problem.where.col}: {problem.message}" + (f" > {problem.help}" if problem.help else "")


@pytest.mark.parametrize(("folder", "text"), RULES)
def test_an_author_of_rules_is_told_all_that_is_wrong_with_an_item(folder: str, text: str) -> None:
    problems = Problems()
    assert validate(LISTS[folder], read_yaml(text.encode(), "f"), (0,), problems) is None
    assert [told(problem) for problem in problems] == RULES[folder, text]


@pytest.mark.parametrize("text", CASES)
def test_an_author_of_a_case_is_told_all_that_is_wrong_with_it(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_case(text.encode(), "f")
    assert [told(problem) for problem in caught.value.problems] == CASES[text]
