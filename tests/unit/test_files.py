"""Reading files: the corners that no broken file in the zoo stands in."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

import pytest
import yaml
from tests.fuzz.hostile import SMALL

from theralogic.files import compiled
from theralogic.files import locations as home
from theralogic.files import yaml_reader as yamltext
from theralogic.files.atomic import write_atomic
from theralogic.files.cases import measured_level
from theralogic.files.jsonschema import schema_of
from theralogic.files.load import read_rules
from theralogic.files.locations import case_names, load_kb, read_named_case
from theralogic.files.tree import rule_files
from theralogic.model.errors import InvalidInputError, NotFoundError
from theralogic.model.levels import ELEVATED, HIGH, LOW, NORMAL
from theralogic.reasoning.engines import engine_named
from theralogic.serve.library import open_library


@pytest.mark.parametrize(
    ("value", "level"),
    [(-1, LOW), (0, NORMAL), (5, NORMAL), (5.1, ELEVATED), (24.9, ELEVATED), (25, HIGH), (1e9, HIGH)],
)
def test_a_measured_value_becomes_a_level(value: float, level: int) -> None:
    assert measured_level(value, 0, 5) == level


def test_files_that_are_hidden_or_no_yaml_are_not_rules(tmp_path: Path) -> None:
    shutil.copytree(SMALL / "rules", tmp_path / "rules")
    for name in (".hidden.yaml", "README.md", "a.yaml.bak", "a.yaml~"):
        (tmp_path / "rules" / "entities" / name).write_text("[broken")
    assert len(rule_files(tmp_path)) == len(rule_files(SMALL))


def test_a_file_that_can_not_be_read_has_no_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERALOGIC_CACHE", str(tmp_path / "cache"))
    shutil.copytree(SMALL / "rules", tmp_path / "rules")
    (tmp_path / "rules" / "entities" / "link.yaml").symlink_to("/etc/hostname")
    assert compiled.current_digest(tmp_path) == ""
    with pytest.raises(InvalidInputError, match="leaves the folder"):
        load_kb(tmp_path)
    assert not (tmp_path / "cache").exists()


def test_rules_that_change_while_they_are_read_are_not_cached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THERALOGIC_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(compiled, "current_digest", lambda root: "0" * 32)
    load_kb(SMALL)
    assert not (tmp_path / "cache").exists()


def test_shipped_rules_that_are_missing_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "__file__", str(tmp_path / "a" / "b" / "c" / "home.py"))
    with pytest.raises(NotFoundError, match="shipped rules are missing"):
        home.kb_root()
    assert case_names(tmp_path) == {}


def test_whatever_the_yaml_library_says_becomes_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise yaml.YAMLError("unacceptable\nmore")

    monkeypatch.setattr(yaml, "parse", fail)
    document = yamltext.read_yaml(b"a: b", "try.yaml")
    assert [(p.code, p.message) for p in document.problems] == [("yaml-syntax", "unacceptable")]
    assert document.cut


def test_an_item_that_is_broken_already_is_not_called_empty_too(tmp_path: Path) -> None:
    shutil.copytree(SMALL / "rules", tmp_path / "rules")
    (tmp_path / "rules" / "entities" / "b.yaml").write_text("- *a\n-\n")
    assert {p.code for p in read_rules(tmp_path).problems} == {"yaml-alias"}


@pytest.mark.parametrize("what", ["rules", "case", "result"])
def test_there_is_a_schema_of_everything_that_is_read(what: str) -> None:
    assert schema_of(what)["$schema"].startswith("https://json-schema.org/")


def test_an_alias_in_the_place_of_a_key_ends_the_reading() -> None:
    document = yamltext.read_yaml(b"*a : 1\nb: 2\n", "try.yaml")
    assert "yaml-alias" in [problem.code for problem in document.problems]
    assert document.cut


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "~\n"])
def test_a_list_with_nothing_in_it_yet_is_no_problem(tmp_path: Path, text: str) -> None:
    shutil.copytree(SMALL / "rules", tmp_path / "rules")
    (tmp_path / "rules" / "entities" / "later.yaml").write_text(text)
    assert read_rules(tmp_path).problems == []


def test_a_mapping_that_breaks_off_is_not_called_no_list_too(tmp_path: Path) -> None:
    shutil.copytree(SMALL / "rules", tmp_path / "rules")
    (tmp_path / "rules" / "entities" / "b.yaml").write_text("id: {A: [b\n")
    assert [p.code for p in read_rules(tmp_path).problems] == ["yaml-syntax"]


def test_a_link_to_a_file_inside_the_folder_is_followed(tmp_path: Path) -> None:
    shutil.copytree(SMALL / "rules", tmp_path / "rules")
    (tmp_path / "later.yaml").write_text("- {id: linked, name: linked, kind: cytokine}\n")
    (tmp_path / "rules" / "entities" / "link.yaml").symlink_to(tmp_path / "later.yaml")
    sources = read_rules(tmp_path)
    assert sources.problems == []
    assert "linked" in {item.value.id for item in sources.items["entities"]}


def test_a_case_that_is_a_link_out_of_its_pack_is_not_read(tmp_path: Path) -> None:
    pack, secret = tmp_path / "pack", tmp_path / "secret.yaml"
    shutil.copytree(SMALL, pack)
    secret.write_text("id: secret\n")
    (pack / "cases" / "linked.yaml").symlink_to(secret)
    with pytest.raises(InvalidInputError) as caught:
        read_named_case(case_names(pack)["linked"], pack)
    assert (caught.value.code, "secret" in str(caught.value)) == ("link-outside", False)
    with pytest.raises(InvalidInputError, match="not followed"):
        open_library(pack, engine_named("reference"))
    shutil.move(pack / "cases", tmp_path / "elsewhere")
    (pack / "cases").symlink_to(tmp_path / "elsewhere")
    assert case_names(pack) == {}


def test_a_case_is_the_same_whatever_the_order_of_its_keys() -> None:
    kb = load_kb(SMALL)
    one = home.load_case(b"{id: c, hypothetical: true, title: T}", "c.yaml", kb)
    other = home.load_case(b"{title: T, hypothetical: true, id: c}", "c.yaml", kb)
    assert one == other
    assert one.digest != home.load_case(b"{id: c, hypothetical: true, title: U}", "c.yaml", kb).digest


def test_a_file_that_something_is_mounted_on_is_written_in_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")

    def busy(*_: object) -> None:
        raise OSError(errno.EBUSY, "Device or resource busy")

    monkeypatch.setattr("theralogic.files.atomic.os.replace", busy)
    write_atomic(path, b"after")
    assert (path.read_text(), [p.name for p in tmp_path.iterdir()]) == ("after", ["out.txt"])
