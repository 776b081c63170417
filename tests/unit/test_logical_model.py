"""Logical models are read exactly, or refused with a reason."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from theralogic.files.locations import load_kb
from theralogic.interchange.logical_model import formula, import_bnet, read_bnet, rest, write
from theralogic.interchange.logical_model import read as model
from theralogic.interchange.logical_model.formula import holds, prime_implicants
from theralogic.interchange.logical_model.to_rules import files_of
from theralogic.model.errors import InvalidInputError, NotFoundError, Where

HERE = Where("m.bnet", 1, 1)
NAMES = ("A", "B", "C", "D")


def clauses(text: str) -> set[str]:
    """Prime implicants as text: ``A !B``."""
    found = prime_implicants(text, HERE)
    return {" ".join(name if on else f"!{name}" for name, on in sorted(clause)) for clause in found}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A", {"A"}),
        ("!A", {"!A"}),
        ("!!A", {"A"}),
        ("~(A & B)", {"!A", "!B"}),
        ("A | B & C", {"A", "B C"}),
        ("(A | B) & C", {"A C", "B C"}),
        ("A & !B | A & B", {"A"}),
        ("A & B | !A & C", {"A B", "!A C", "B C"}),
        ("A & !A", set()),
        ("A | !A", {""}),
        ("A | A & B", {"A"}),
        ("1", {""}),
        ("FALSE", set()),
        ("A & 1 | 0", {"A"}),
    ],
)
def test_a_formula_becomes_all_its_prime_implicants(text: str, expected: set[str]) -> None:
    assert clauses(text) == expected


def random_formula(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice((*NAMES, *NAMES, "0", "1"))
    left, right = random_formula(rng, depth - 1), random_formula(rng, depth - 1)
    return rng.choice((f"!({left})", f"({left} & {right})", f"({left} | {right})", f"{left} & {right}"))


def test_formulas_are_true_where_python_says_so() -> None:
    for seed in range(400):
        text = random_formula(random.Random(seed), 4)
        read = prime_implicants(text, HERE)
        python = text.replace("!", " not ").replace("&", " and ").replace("|", " or ")
        for values in itertools.product((False, True), repeat=len(NAMES)):
            on = frozenset(name for name, value in zip(NAMES, values, strict=True) if value)
            expected = bool(eval(python, {"__builtins__": {}}, dict(zip(NAMES, values, strict=True))))
            assert holds(read, on) == expected, text
        for clause in read:
            for literal in clause:
                wider = read | {clause - {literal}}
                assert any(
                    holds(wider, frozenset(on)) and not holds(read, frozenset(on))
                    for size in range(5)
                    for on in itertools.combinations(NAMES, size)
                ), f"{text} has an implicant that is not prime"


@pytest.mark.parametrize(
    "text", ["", "A &", "& A", "A B", "(A", "A)", "A !B", "()", "A | | B", "!", "A & (B | )", "A,B"]
)
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        prime_implicants(text, HERE)
    assert caught.value.code == "bad-formula"


def test_a_formula_that_multiplies_without_end_is_refused() -> None:
    odd = " & ".join(f"(a{k} | b{k})" for k in range(40))
    for text in (odd, f"!({odd.replace('&', 'x').replace('|', '&').replace('x', '|')})"):
        with pytest.raises(InvalidInputError, match="more than 1000 alternatives"):
            prime_implicants(text, HERE)
    with pytest.raises(InvalidInputError, match="20000 words"):
        prime_implicants("!" * 30_000 + "A", HERE)


def test_a_wide_product_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formula, "MOST_CLAUSES", 4)
    with pytest.raises(InvalidInputError, match="more than 4 alternatives"):
        prime_implicants("(A | B | C) & (D | E | F)", HERE)


def test_a_file_is_read_line_by_line_with_comments_and_inputs() -> None:
    read = read_bnet(b"targets, factors\n# a comment\nB, A & !C # another\n\nC, 0\n", "m.bnet")
    assert list(read.functions) == ["B", "C", "A"]
    assert holds(read.functions["A"], frozenset({"A"}))
    assert not holds(read.functions["C"], frozenset())


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (b"A", "bad-formula", 1),
        (b"A, B\nA, C", "duplicate-id", 2),
        (b"A, B\nB, (", "bad-formula", 2),
        ("Ä, B".encode(), "bad-id", 0),
        (b"A, B\x1b[31m", "bad-id", 0),
        (b"\xff", "not-text", 0),
        (b"targets, factors\n", "empty", 0),
    ],
)
def test_a_broken_model_is_refused_at_its_line(text: bytes, code: str, line: int) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_bnet(text, "m.bnet")
    problem = caught.value.problems[0]
    assert problem.where is not None
    assert (problem.code, problem.where.line) == (code, line)
    assert "\x1b" not in str(caught.value)


def test_models_have_a_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_NODES", 2)
    with pytest.raises(InvalidInputError, match="more than 2 nodes"):
        read_bnet(b"A, B & C", "m.bnet")
    monkeypatch.setattr(model, "MAX_BYTES", 2)
    with pytest.raises(InvalidInputError, match="the limit is 2"):
        read_bnet(b"A, B", "m.bnet")


def test_a_model_comes_to_rest_from_the_nodes_that_are_on() -> None:
    read = read_bnet(b"A, A\nB, A & !C\nC, 0\n", "m.bnet")
    assert rest(read) == frozenset()
    assert rest(read, ["A"]) == {"A", "B"}


def test_a_model_that_never_rests_and_a_node_that_is_not_there_are_refused() -> None:
    with pytest.raises(InvalidInputError) as caught:
        rest(read_bnet(b"A, !A\n", "m.bnet"))
    assert caught.value.code == "no-rest"
    with pytest.raises(NotFoundError, match="unknown node"):
        rest(read_bnet(b"A, A\n", "m.bnet"), ["B"])


def at_rest_step_by_step(read: model.Model, on: set[str]) -> frozenset[str] | None:
    """Every node after the other, again and again, whether or not anything it follows has moved."""
    state = set(on)
    for _ in range(model.SWEEPS):
        before = set(state)
        for node in sorted(read.functions):
            (state.add if holds(read.functions[node], state) else state.discard)(node)
        if state == before:
            return frozenset(state)
    return None


def test_only_nodes_that_follow_one_that_moved_take_a_turn_and_the_rest_is_the_same() -> None:
    choose = random.Random(5)
    rested = 0
    for _ in range(300):
        names = [f"N{n}" for n in range(choose.randint(2, 9))]
        lines = []
        for name in names:
            some = [f"{choose.choice(['', '!'])}{other}" for other in choose.choices(names, k=choose.randint(1, 3))]
            lines.append(f"{name}, {choose.choice([' & ', ' | ']).join(some)}")
        read = read_bnet("\n".join(lines).encode(), "m.bnet")
        on = set(choose.sample(names, choose.randint(0, len(names))))
        expected = at_rest_step_by_step(read, on)
        if expected is None:
            with pytest.raises(InvalidInputError, match="does not come to rest"):
                rest(read, on)
        else:
            assert rest(read, on) == expected, lines
            rested += 1
    assert 100 < rested < 300


def test_what_formulas_and_rounds_may_take_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "MOST_LITERALS", 2)
    with pytest.raises(InvalidInputError, match="more than 2 names"):
        read_bnet(b"A, B & C", "m.bnet")
    monkeypatch.undo()
    monkeypatch.setattr(model, "MOST_STEPS", 10)
    ring = "".join(f"N{n}, !N{(n + 1) % 5}\n" for n in range(5))
    with pytest.raises(InvalidInputError, match="or 10 steps"):
        rest(read_bnet(ring.encode(), "m.bnet"))
    monkeypatch.setattr(model, "Work", lambda: formula.Work(20))
    with pytest.raises(InvalidInputError) as caught:
        read_bnet(b"A, B | C | D\nE, B | C | D\nF, G | H | I\n", "m.bnet")
    assert [str(problem.where) for problem in caught.value.problems] == ["m.bnet:1:1"]
    with pytest.raises(InvalidInputError, match="to take apart"):
        prime_implicants("(A & B) | (A & C) | (!A & D)", HERE, formula.Work(10))
    many = "".join(f"N{n}, 1\n" for n in range(model.MOST_NODES + 10)) + "broken\n"
    with pytest.raises(InvalidInputError) as caught:
        read_bnet(many.encode(), "m.bnet")
    assert [problem.code for problem in caught.value.problems] == ["too-large"]


def test_an_and_is_a_gate_and_any_of_them_is_enough() -> None:
    read = read_bnet(b"X, A & !B | C | X\nY, 1\n", "m.bnet")
    files = files_of(read, "m", rest(read, ["C"]), "PMID:21296109")
    entities = {item["id"]: item for item in files["rules/entities/m.yaml"]}
    mechanisms = {item["subject"]: item for item in files["rules/mechanisms/m.yaml"]}
    gates = {str(item["requires"]): item["id"] for item in entities.values() if "requires" in item}
    assert set(gates) == {"['A', {'not': 'B'}]", "['X']"}
    assert entities["X"]["drivers"] == "sufficient"
    assert set(mechanisms) == {"C", *gates.values()}
    assert all(item["object"] == "X" for item in mechanisms.values())
    assert mechanisms["C"]["evidence"] == [{"ref": "PMID:21296109", "kind": "database"}]
    assert files["rules/diseases/m.yaml"]["levels"] == {"C": "high", "X": "high", "Y": "high"}


def test_an_imported_model_is_a_rule_base_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERALOGIC_CACHE", "off")
    wide = " & ".join("ABCDEFGH")
    made = import_bnet(f"X, {wide}\n".encode(), "a model.bnet", tmp_path / "made", on=list("ABC"))
    assert made == ("a_model", 9, 1, 3)
    kb = load_kb(tmp_path / "made")
    assert kb.entities["X.and1"].name == "A and B and C and D and E and F and 2 more (for X)"
    with pytest.raises(InvalidInputError, match="there already"):
        import_bnet(b"X, A\n", "m.bnet", tmp_path / "made")


def test_an_import_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInputError) as caught:
        import_bnet(b"X, A\n", "m.bnet", tmp_path / "made", name="../up")
    assert caught.value.code == "bad-id"
    monkeypatch.setattr(write, "_yaml", lambda content: exec("raise KeyboardInterrupt"))
    with pytest.raises(KeyboardInterrupt):
        import_bnet(b"X, A\n", "m.bnet", tmp_path / "made")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("lines", [["S, S | !B", "B, B | !S", "R, S"], ["B, B | !S", "R, S", "S, S | !B"]])
def test_the_order_of_the_lines_does_not_change_the_state_of_rest(lines: list[str]) -> None:
    model = read_bnet("\n".join(lines).encode(), "m.bnet")
    assert rest(model) == {"B"}
    assert rest(model, ["S"]) == {"S", "R"}
