"""Sound, weak and not known are three answers, and a network that refuses gives the third."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from email.message import Message
from importlib.metadata import Distribution
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "supply_chain.py"
WRONG, UNCHECKED = 1, 75


@pytest.fixture
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply_chain", TOOL)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def answering(report: object, code: int = 0) -> Any:
    """A tool that writes its report where it is told to."""

    def run(command: list[str], **_: object) -> SimpleNamespace:
        target = command[command.index("--output" if "--output" in command else "-o") + 1]
        if report is not None:
            Path(target).write_text(json.dumps(report))
        return SimpleNamespace(returncode=code, stderr="no route to host")

    return run


SOUND = {"name": "click", "version": "8", "vulns": []}
WEAK = {"name": "click", "version": "8", "vulns": [{"id": "GHSA-1"}]}
SKIPPED = {"name": "click", "skip_reason": "not found"}


@pytest.mark.parametrize(
    ("report", "code"),
    [
        (None, UNCHECKED),
        ({"dependencies": []}, UNCHECKED),
        ({"dependencies": [SOUND]}, 0),
        ({"dependencies": [SOUND, SKIPPED]}, UNCHECKED),
        ({"dependencies": [WEAK, SKIPPED]}, WRONG),
    ],
    ids=["no answer", "nothing asked", "sound", "partly asked", "weak"],
)
def test_an_audit_passes_only_where_all_was_asked(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, report: object, code: int
) -> None:
    monkeypatch.setattr(subprocess, "run", answering(report))
    assert tool.main(["audit"]) == code


@pytest.mark.parametrize("error", [subprocess.TimeoutExpired("pip-audit", 1), OSError("no such program")])
def test_a_tool_that_does_not_run_is_no_verdict(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: Exception
) -> None:
    def fail(*args: object, **_: object) -> None:
        raise error

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "run", fail)
    assert tool.main(["audit"]) == UNCHECKED
    assert tool.main(["sbom"]) == UNCHECKED


def test_a_bill_of_materials_counts_its_parts(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(subprocess, "run", answering({"components": [1, 2]}))
    assert tool.main(["sbom"]) == 0
    assert "2 components" in capsys.readouterr().out
    monkeypatch.setattr(subprocess, "run", answering(None, code=1))
    assert tool.main(["sbom"]) == UNCHECKED


def licensed(name: str, **headers: str) -> Distribution:
    meta = Message()
    meta["Name"] = name
    for header, value in headers.items():
        meta[header.replace("_", "-")] = value
    found: Any = SimpleNamespace(metadata=meta, version="1")
    return found  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (licensed("a", License_Expression="MIT"), 0),
        (licensed("a", Classifier="License :: OSI Approved :: BSD License"), 0),
        (licensed("a", License="GPL-3.0"), WRONG),
        (licensed("a"), WRONG),
        (licensed("frozendict", License="LGPL"), 0),
    ],
    ids=["expression", "classifier", "unfit", "says nothing", "accepted"],
)
def test_a_licence_must_be_known_and_fit(
    tool: ModuleType, monkeypatch: pytest.MonkeyPatch, found: Distribution, code: int
) -> None:
    monkeypatch.setattr(tool, "installed", lambda extras: [found])
    assert tool.main(["licences"]) == code


def test_every_run_time_dependency_is_looked_at(tool: ModuleType) -> None:
    names = {found.metadata["Name"].lower() for found in tool.installed()}
    assert {"click", "pydantic", "pyyaml", "rich"} <= names
    assert "pytest" not in names


def test_an_unknown_command_is_a_usage_error(tool: ModuleType) -> None:
    assert tool.main(["all"]) == 2
