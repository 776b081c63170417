"""What is too much is refused by its documented limit, and what is just short of it is answered."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.fuzz.hostile import SMALL, civil, run

from theralogic.files import tree
from theralogic.files.load import read_case, read_rules
from theralogic.files.resolve import Resolver
from theralogic.files.yaml_reader import MAX_DEPTH, MAX_TEXT, read_yaml
from theralogic.model.edits import Changes, case_of
from theralogic.model.errors import InvalidInputError
from theralogic.model.records import KnowledgeBase
from theralogic.reasoning import reference
from theralogic.results.assemble import solve

DRUG = "- {id: d, name: d, class: x, actions: [{verb: blocks, target: e0}]}\n"


def loaded(root: Path, **files: str) -> KnowledgeBase:
    """The rule base of a few folders with one file each."""
    for folder, text in files.items():
        path = root / "rules" / folder / "big.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Resolver(read_rules(root)).knowledge_base()


def plain(count: int) -> str:
    return "".join(f"- {{id: e{n}, name: e{n}, kind: receptor}}\n" for n in range(count))


def gate(members: Iterable[str]) -> str:
    return f"- {{id: g, name: g, kind: complex, requires: [{', '.join(members)}]}}\n"


def changed(kb: KnowledgeBase) -> int:
    """How much changes where ``e0`` is blocked."""
    return len(solve(kb, case_of(kb, [], ["d"], Changes(), []), reference).worlds["treated"].changes)


def test_a_gate_may_have_ten_thousand_members_and_no_more(tmp_path: Path) -> None:
    members = [f"e{n}" for n in range(10_001)]
    kb = loaded(tmp_path, entities=plain(10_000) + gate(members[:-1]), interventions=DRUG)
    assert changed(kb) == 2
    with pytest.raises(InvalidInputError, match="at most 10000 items"):
        loaded(tmp_path, entities=plain(10_001) + gate(members))


def test_a_hundred_thousand_mechanisms_are_answered(tmp_path: Path) -> None:
    count, each = 10_000, 10
    mechanisms = "".join(
        f"- {{id: m{n}, subject: e{n}, relation: activates, strength: strong, because: x, "
        f"object: [{', '.join(f'e{(n + k) % count}' for k in range(1, each + 1))}]}}\n"
        for n in range(count)
    )
    kb = loaded(tmp_path, entities=plain(count), mechanisms=mechanisms, interventions=DRUG)
    assert len(kb.mechanisms) == count * each
    assert changed(kb) == count


def test_gates_in_gates_in_gates_do_not_exhaust_the_stack(tmp_path: Path) -> None:
    deep = sys.getrecursionlimit() * 3
    nested = "".join(
        f"- {{id: g{n}, name: g{n}, kind: complex, requires: [{f'g{n - 1}' if n else 'e0'}]}}\n" for n in range(deep)
    )
    assert changed(loaded(tmp_path, entities=plain(1) + nested, interventions=DRUG)) == deep + 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c]\n", "yaml-alias"),
        (b"{" * 100_000, "too-deep"),
        (b"- " * 100_000, "too-deep"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "too-deep"),
        (b"a: " + b"x" * (MAX_TEXT + 1), "too-large"),
        (b"a: !!python/object/apply:os.system [id]\n", "yaml-tag"),
        (b"<<: {a: b}\n", None),
        (b"a: \0\n", "hidden-character"),
        (b"a: \x1b[31m\n", "hidden-character"),
        ("a: \u202eb\n".encode(), "hidden-character"),
        (b"\xff\xfe\x00", "not-text"),
        (b"a: .nan\n", "not-a-number"),
        (b"a: 1\n---\nb: 2\n", "yaml-syntax"),
    ],
)
def test_yaml_that_is_a_trap_is_refused_at_once(text: bytes, code: str | None) -> None:
    codes = [problem.code for problem in read_yaml(text, "trap.yaml").problems]
    assert (codes[0] if codes else None) == code


def test_a_file_past_the_limit_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(tree.MAX_BYTES + 1)  # a hole: large, and takes no room
    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda self: pytest.fail("read") if self == path else read(self))
    for command in (["evaluate", str(path)], ["verify", str(path)], ["score", str(path)]):
        ran = run(command)
        civil(ran)
        assert (ran.code, "[too-large]" in ran.err) == (3, True)


def test_what_comes_through_stdin_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_BYTES", 20_000)
    for command in (["evaluate", "-"], ["verify", "-"], ["score", "-"]):
        ran = run(command, stdin=b"x" * 20_001)
        civil(ran)
        assert (ran.code, "[too-large]" in ran.err) == (3, True), ran


def test_an_id_in_letters_that_only_look_latin_is_refused() -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_case("id: r\u0430\nhypothetical: true\ntitle: A try\n".encode(), "try.yaml")
    assert caught.value.code == "bad-id"


def test_nothing_is_written_but_what_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THERALOGIC_CACHE", "off")
    for command in (
        ["evaluate", "ra-tocilizumab"],
        ["cases", "new", "../../elsewhere", "--disease", "rheumatoid arthritis"],
        ["cases", "new", "/tmp/elsewhere", "--disease", "rheumatoid arthritis"],
        ["predict", "rheumatoid arthritis", "tocilizumab", "-o", "made.txt"],
        ["predict", "rheumatoid arthritis", "tocilizumab", "-o", "no/such/folder.txt"],
        ["rules", "graph", "--around", "IL6", "-o", "."],
    ):
        civil(run(command))
    assert os.listdir(tmp_path) == ["made.txt"]
    assert not Path("/tmp/elsewhere").exists()
    assert not (SMALL / "elsewhere").exists()
