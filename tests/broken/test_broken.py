"""Every broken file is refused for what its own first lines say, at that very place, and for nothing else."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from theralogic.files import tree
from theralogic.files import yaml_reader as yamltext
from theralogic.files.cases import case_from_text
from theralogic.files.load import read_rules
from theralogic.files.locations import load_case, read_case_file
from theralogic.files.resolve import Resolver
from theralogic.model.errors import InvalidInputError, NotFoundError, Problem
from theralogic.model.records import KnowledgeBase

HERE = Path(__file__).parent
FOLDERS = ("entities", "mechanisms", "diseases", "interventions", "cautions")
EXPECT = re.compile(r"# expect: (\S+) at (\d+):(\d+): (.*?)(?: \| (.*))?$")
RULE_FILES = sorted(path for folder in FOLDERS for path in (HERE / folder).glob("*.yaml"))
CASE_FILES = sorted((HERE / "cases").glob("*.yaml"))
TREES = sorted(path for path in (HERE / "trees").iterdir() if path.is_dir())


class Expected(NamedTuple):
    file: str
    line: int
    col: int
    code: str
    words: str
    help: str


def named(path: Path) -> str:
    return path.relative_to(HERE).with_suffix("").as_posix()


def expected_in(path: Path, shown: str) -> list[Expected]:
    """What the first lines of a file announce."""
    found = []
    for line in path.read_bytes().decode("utf-8", "replace").splitlines():
        match = EXPECT.fullmatch(line)
        if match is None:
            break
        code, row, col, words, help = match.groups()
        found.append(Expected(file=shown, line=int(row), col=int(col), code=code, words=words, help=help or ""))
    return found


def check(expected: list[Expected], problems: tuple[Problem, ...]) -> None:
    def told(problem: Problem) -> tuple[str, int, int, str]:
        assert problem.where is not None, f"{problem} has no place"
        return (problem.where.file, problem.where.line, problem.where.col, problem.code)

    wanted = sorted(expected)
    found = sorted(problems, key=told)
    shown = "\n".join(map(str, problems))
    assert [told(p) for p in found] == [e[:4] for e in wanted], shown
    for problem, expectation in zip(found, wanted, strict=True):
        assert expectation.words in problem.message
        assert expectation.help in (problem.help or "")


def rule_problems(root: Path) -> tuple[Problem, ...]:
    with pytest.raises(InvalidInputError) as caught:
        Resolver(read_rules(root)).knowledge_base()
    return caught.value.problems


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return Resolver(read_rules(HERE / "base")).knowledge_base()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "base" / "rules", tmp_path / "rules")
    return tmp_path


def test_the_base_is_sound(base: KnowledgeBase) -> None:
    assert len(base.entities) == 6


@pytest.mark.parametrize("path", RULE_FILES, ids=named)
def test_a_broken_rule_file_is_refused_for_what_it_says(path: Path, copy: Path) -> None:
    shown = f"rules/{path.parent.name}/zoo-{path.name}"
    shutil.copyfile(path, copy / shown)
    expected = expected_in(path, shown)
    assert expected, "the first line must say what is expected"
    check(expected, rule_problems(copy))


@pytest.mark.parametrize("path", CASE_FILES, ids=named)
def test_a_broken_case_is_refused_for_what_it_says(path: Path, base: KnowledgeBase) -> None:
    expected = expected_in(path, path.name)
    assert expected, "the first line must say what is expected"
    with pytest.raises(InvalidInputError) as caught:
        case_from_text(path.read_bytes(), path.name, base)
    check(expected, caught.value.problems)


@pytest.mark.parametrize("folder", TREES, ids=named)
def test_a_broken_tree_is_refused_for_what_its_files_say(folder: Path, copy: Path) -> None:
    shutil.copytree(folder / "rules", copy / "rules", dirs_exist_ok=True)
    files = sorted((folder / "rules").rglob("*.yaml"))
    expected = [e for file in files for e in expected_in(file, file.relative_to(folder).as_posix())]
    assert expected
    check(expected, rule_problems(copy))


def test_problems_are_told_in_file_order(copy: Path) -> None:
    for name in ("several-problems", "self-loop"):
        shutil.copyfile(HERE / "mechanisms" / f"{name}.yaml", copy / "rules" / "mechanisms" / f"{name}.yaml")
    places = [problem.where for problem in rule_problems(copy)]
    assert places == sorted(places, key=str) or places == sorted(p for p in places if p)
    assert len({place.file for place in places if place}) == 2


def test_no_problem_is_told_in_the_words_of_the_library_that_found_it(copy: Path, base: KnowledgeBase) -> None:
    """What pydantic and PyYAML call things is no news to an author."""
    told: list[Problem] = []
    for path in RULE_FILES:
        target = copy / "rules" / path.parent.name / "zoo.yaml"
        shutil.copyfile(path, target)
        told += rule_problems(copy)
        target.unlink()
    for path in CASE_FILES:
        with pytest.raises(InvalidInputError) as caught:
            case_from_text(path.read_bytes(), path.name, base)
        told += caught.value.problems
    for problem in told:
        text = f"{problem.message} {problem.help}"
        assert not re.search(r"dictionary|instance|Input|discriminator|validation|[a-z]Item\b", text), text
        assert not problem.message.endswith("."), text
        assert problem.message[0] == "`" or not problem.message[0].isupper(), text
        assert "\n" not in text, text


# -- what can't lie in a file of its own ------------------------------------------------------------------


def test_a_text_that_is_too_long_is_refused(base: KnowledgeBase) -> None:
    text = b"id: try\nhypothetical: true\ntitle: A try\nvignette: " + b"x" * 20_001 + b"\n"
    with pytest.raises(InvalidInputError, match="20001 characters") as caught:
        load_case(text, "try.yaml", base)
    assert caught.value.code == "too-large"


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch, copy: Path) -> None:
    monkeypatch.setattr(tree, "MAX_BYTES", 400)
    assert {problem.code for problem in rule_problems(copy)} == {"too-large"}
    monkeypatch.setattr(yamltext, "MAX_BYTES", 4)
    assert [p.code for p in yamltext.read_yaml(b"id: try", "try.yaml").problems] == ["too-large"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "latin-1"])
def test_a_file_that_is_not_utf8_is_refused(encoding: str, base: KnowledgeBase) -> None:
    with pytest.raises(InvalidInputError) as caught:
        load_case("id: try\ntitle: Käse\n".encode(encoding), "try.yaml", base)
    assert caught.value.code == "not-text"


def test_a_byte_order_mark_does_no_harm(base: KnowledgeBase) -> None:
    text = "id: try\nhypothetical: true\ntitle: A try\n".encode("utf-8-sig")
    assert load_case(text, "try.yaml", base).title == "A try"


def test_nesting_without_end_is_refused_at_once(base: KnowledgeBase) -> None:
    with pytest.raises(InvalidInputError) as caught:
        load_case(b"[" * 100_000, "try.yaml", base)
    assert caught.value.code == "too-deep"


def test_a_link_out_of_the_folder_is_not_followed(copy: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("elsewhere") / "secret.yaml"
    outside.write_text("- id: secret\n")
    (copy / "rules" / "entities" / "link.yaml").symlink_to(outside)
    problems = rule_problems(copy)
    assert [p.code for p in problems] == ["link-outside"]
    assert "secret" not in str(problems)


def test_a_pipe_is_not_read(copy: Path) -> None:
    os.mkfifo(copy / "rules" / "entities" / "pipe.yaml")
    assert [p.code for p in rule_problems(copy)] == ["not-a-file"]


def test_a_folder_is_no_case(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_case_file(tmp_path)
    assert caught.value.code == "not-a-file"


def test_a_file_that_can_not_be_read_is_told_by_name(monkeypatch: pytest.MonkeyPatch, copy: Path) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(tree, "open", refuse, raising=False)
    problems = rule_problems(copy)
    assert {p.code for p in problems} == {"unreadable"}
    assert all("Permission denied" in p.message for p in problems)


def test_a_folder_without_rules_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError) as caught:
        read_rules(tmp_path)
    assert caught.value.code == "no-rules"
