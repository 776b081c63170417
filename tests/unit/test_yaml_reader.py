"""YAML as it is read here: what each text becomes, and at which place each problem is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from theralogic.files import tree
from theralogic.files import yaml_reader as yamltext
from theralogic.files.yaml_reader import read_yaml
from theralogic.model.errors import Problem
from theralogic.model.safe_text import in_ascii, quoted

READ: dict[str, Any] = {
    "[1, -2, +3, 012]": [1, -2, 3, 12],
    "[1.5, .5, 1., -1e3]": [1.5, 0.5, 1.0, -1000.0],
    "[0x1F, 1_000, 2024-01-01, 1.2.3]": ["0x1F", "1_000", "2024-01-01", "1.2.3"],
    "[no, yes, on, off]": ["no", "yes", "on", "off"],
    "[true, True, TRUE, false, False, FALSE]": [True, True, True, False, False, False],
    "[~, null, Null, ]": [None, None, None],
    "['', \"1\", 'true', '~']": ["", "1", "true", "~"],
    "a: |\n  1\n": {"a": "1\n"},
    "---\na:\n...\n": {"a": None},
    "- [a, {b: [c]}]\n- d\n": [["a", {"b": ["c"]}], "d"],
    "[" * 24 + "]" * 24: json.loads("[" * 24 + "]" * 24),
    "": None,
}


@pytest.mark.parametrize("text", READ)
def test_what_a_text_becomes(text: str) -> None:
    document = read_yaml(text.encode(), "f")
    assert (document.data, document.problems, document.cut) == (READ[text], [], False)


REFUSED: dict[bytes, tuple[Any, bool, list[str]]] = {
    # text: what is read all the same, whether the reading stopped there, and what is told
    b"a: .inf": ({"a": None}, False, ["f:1:4: `.inf` is not a finite number [not-a-number]"]),
    b"[-1e999, .nan]": ([None, None], False, [
        "f:1:2: `-1e999` is not a finite number [not-a-number]", "f:1:10: `.nan` is not a finite number [not-a-number]",
    ]),
    b"a: !!str 1": ({"a": 1}, False, ["f:1:4: tag `tag:yaml.org,2002:str` is not allowed [yaml-tag]"]),
    b"a: ! 'x'": ({"a": "x"}, False, ["f:1:4: tag `!` is not allowed [yaml-tag]"]),
    b"a: !x [b]": ({"a": ["b"]}, False, ["f:1:4: tag `!x` is not allowed [yaml-tag]"]),
    b"- &a b\n- {x: *a, y: 1}\n": (["b", {"x": None, "y": 1}], False, [
        "f:1:3: anchors are not read here [yaml-alias]", "f:2:7: aliases are not read here [yaml-alias]",
    ]),
    b"*a": (None, False, ["f:1:1: aliases are not read here [yaml-alias]"]),
    b"- [*a, b]\n": ([[None, "b"]], False, ["f:1:4: aliases are not read here [yaml-alias]"]),
    b"- {*a : 1}\n- b\n": ([{}], True, ["f:1:4: aliases are not read here [yaml-alias]"]),
    b"b:\n  c: 2\n  c: 3\n": ({"b": {"c": 3}}, False, [
        "f:3:3: key `c` is here twice, first at line 2 [duplicate-key]",
    ]),
    b"a:\n  b: 1\na: 2\n": ({"a": 2}, False, ["f:3:1: key `a` is here twice, first at line 1 [duplicate-key]"]),
    b"\nok: \xff": (None, True, ["f:2:1: file is not UTF-8 text [not-text]"]),
    b"? [a]\n: b\n": ({}, True, ["f:1:3: a key must be plain text [bad-key]"]),
    b"- ? {a: b}\n  : c\n- d\n": ([{}], True, ["f:1:5: a key must be plain text [bad-key]"]),
    b"a: b\n\tc: d\n": ({}, True, ["f:2:1: a tab stands where only spaces may [yaml-syntax]"]),
    b"a: b: c": ({"a": "b"}, True, ["f:1:5: mapping values are not allowed in this context [yaml-syntax]"]),
    b"a: 1\n---\nb: 2\n": ({"a": 1}, False, ["f:2:1: a second document starts here [yaml-syntax]"]),
    b"a: xy\nb: z\x0b\n": (None, True, [r"f:2:5: hidden character `\x0b` in the file [hidden-character]"]),
    b"ok\n a: \xff": (None, True, ["f:2:1: file is not UTF-8 text [not-text]"]),
    "a: x\u202ey".encode(): ({"a": r"x\u202ey"}, False, [
        r"f:1:4: hidden character `\u202e` in text [hidden-character]",
    ]),
    b"[" * 25 + b"]" * 25: (json.loads("[" * 24 + "]" * 24), True, [
        "f:1:25: nested deeper than 24 [too-deep]",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused_is_told_at_its_place(text: bytes) -> None:
    document = read_yaml(text, "f")
    told = [str(problem).partition("\n")[0] for problem in document.problems]
    assert (document.data, document.cut, told) == REFUSED[text]


def test_every_value_and_key_has_its_place_and_what_is_missing_that_of_its_parent() -> None:
    document = read_yaml(b"a:\n  - b\n  - c: d\n", "f")
    places = {
        (): "f:1:1",
        ("a",): "f:2:3",
        ("a", 0): "f:2:5",
        ("a", 1): "f:3:5",
        ("a", 1, "c"): "f:3:8",
        ("a", 1, "e"): "f:3:5",
        ("x", "y"): "f:1:1",
    }
    assert {path: str(document.where(path)) for path in places} == places
    assert str(document.where(("a", 1, "c"), key=True)) == "f:3:5"
    assert str(document.where(("a", 1), key=True)) == "f:3:5"
    assert str(read_yaml(b"", "f").where(("x",))) == "f:1:1"


def test_a_text_may_be_as_long_as_is_said_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = "x" * 20_000
    assert read_yaml(longest.encode(), "f").problems == []
    longer = read_yaml(b"- " + longest.encode() + b"x", "f")
    assert [str(p.where) for p in longer.problems] == ["f:1:3"]
    assert longer.data == [longest]
    monkeypatch.setattr(yamltext, "MAX_BYTES", 4)
    assert read_yaml(b"abcd", "f").problems == []
    large = read_yaml(b"abcde", "f")
    assert ([p.code for p in large.problems], large.cut) == (["too-large"], True)


def test_a_file_may_be_as_large_as_is_said_and_no_larger(tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    problems: list[Problem] = []
    with file.open("wb") as stream:
        stream.truncate(64_000_000)  # a hole: large, and takes no room
    assert len(tree.read_bytes(file, "large.yaml", tmp_path, problems) or b"") == 64_000_000
    with file.open("ab") as stream:
        stream.truncate(64_000_001)
    assert tree.read_bytes(file, "large.yaml", tmp_path, problems) is None
    assert [str(p).partition("\n")[0] for p in problems] == [
        "large.yaml: file is larger than 64000000 bytes [too-large]"
    ]


def test_what_was_written_is_quoted_safely_and_not_for_ever() -> None:
    assert quoted("a\x1b[31m") == r"`a\x1b[31m`"
    assert quoted("x" * 81) == f"`{'x' * 80}`"


def test_what_ascii_can_not_write_is_spelt() -> None:
    assert in_ascii("TNF-α: naïve ▼") == "TNF-alpha: naive -"
