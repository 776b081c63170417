"""Same input, same bytes: whatever the hash seed, locale, time zone, working folder, width, engine or Python."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import theralogic
import theralogic_cli

from .conftest import SMALL, Run

COMMANDS = (
    ["evaluate", "ra-tocilizumab", "--all", "--format", "json"],
    ["explain", "ra-tocilizumab", "--level", "full"],
    ["predict", "rheumatoid arthritis", "tocilizumab", "infliximab", "--format", "json"],
    ["what-if", "ra-tocilizumab", "--set", "IL6=normal"],
    ["why-not", "ra-tocilizumab", "IL-17A"],
    ["rules", "check", "--notes"],
    ["rules", "graph", "--around", "IL6", "--format", "svg"],
)
SURROUNDINGS: dict[str, dict[str, str]] = {
    "hash seed 1": {"PYTHONHASHSEED": "1"},
    "hash seed 4711": {"PYTHONHASHSEED": "4711"},
    "C locale": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8", "LANGUAGE": "tr"},
    "German in Latin-1": {"LC_ALL": "de_DE.ISO-8859-1", "PYTHONIOENCODING": "latin-1"},
    "Kiritimati": {"TZ": "Pacific/Kiritimati"},
    "optimised": {"PYTHONOPTIMIZE": "2"},
    "no cache": {"THERALOGIC_CACHE": "off"},
}
PYTHONS = [path for path in map(shutil.which, ("python3.11", "python3.12", "python3.13")) if path]
PYTHONS += os.environ.get("THERALOGIC_PYTHONS", "").split()
"""Other Pythons on the path, and those named; one that has not what theralogic needs is skipped."""

ROOTS = [str(Path(package.__path__[0]).parent) for package in (theralogic, theralogic_cli)]


def outputs(folder: Path, kb: str, python: str = sys.executable, **surroundings: str) -> list[bytes]:
    """What every command prints when run in ``folder``."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "THERALOGIC_CACHE": str(folder / "cache"),
        "COLUMNS": "100",
        "PYTHONPATH": os.pathsep.join(ROOTS),
        **surroundings,
    }
    found = []
    for command in COMMANDS:
        ran = subprocess.run(
            [python, "-m", "theralogic_cli", *command, "--kb", kb],
            cwd=folder,
            env=environment,
            capture_output=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        found.append(ran.stdout)
    return found


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return outputs(tmp_path_factory.mktemp("here"), str(SMALL), PYTHONHASHSEED="0")


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_surroundings_change_no_byte(name: str, expected: list[bytes], tmp_path: Path) -> None:
    assert outputs(tmp_path, str(SMALL), **SURROUNDINGS[name]) == expected


def test_neither_where_rules_lie_nor_from_where_they_are_named_changes_a_byte(
    expected: list[bytes], tmp_path: Path
) -> None:
    here = tmp_path / "a folder" / "née"
    shutil.copytree(SMALL, here / "kb")
    assert outputs(here, "kb") == expected
    assert outputs(here / "kb", ".") == expected


@pytest.mark.parametrize("python", PYTHONS)
def test_other_pythons_change_no_byte(python: str, expected: list[bytes], tmp_path: Path) -> None:
    wanted = [python, "-c", "import yaml, pydantic, click, rich"]
    if subprocess.run(wanted, capture_output=True, check=False, env={"PATH": os.environ["PATH"]}).returncode:
        pytest.skip(f"{python} has not what theralogic needs")
    found = outputs(tmp_path, str(SMALL), python)
    assert [text.replace(b"durable", b"reference") for text in found] == [
        text.replace(b"durable", b"reference") for text in expected
    ]


@pytest.mark.durable
def test_engines_change_no_byte_but_their_name(run: Run) -> None:
    for command in COMMANDS:
        if command[0] != "rules":
            durable, reference = (run(*command, "--engine", engine) for engine in ("durable", "reference"))
            assert durable.out.replace("durable", "reference") == reference.out


def test_a_result_names_the_rules_and_is_made_again_from_them(run: Run, tmp_path: Path) -> None:
    digest = json.loads(run("doctor", "--format", "json").out)["rules digest"]
    saved = json.loads(run("evaluate", "ra-tocilizumab", "--format", "json").out)
    assert saved["rules"]["digest"] == digest
    other = tmp_path / "kb"
    shutil.copytree(SMALL, other)
    path = other / "rules" / "mechanisms" / "a.yaml"
    path.write_text(path.read_text() + "\n# a remark\n")
    changed = subprocess.run(
        [sys.executable, "-m", "theralogic_cli", "verify", "-", "--kb", str(other)],
        input=json.dumps(saved).encode(),
        capture_output=True,
        check=False,
        env={**os.environ, "THERALOGIC_CACHE": "off"},
    )
    assert changed.returncode == 4
    assert b"[other-rules]" in changed.stdout
