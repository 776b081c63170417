"""What the docs show is true: commands run, tables and outputs are current, every command and code is described."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from theralogic.model.error_codes import ERROR_CODES, FAULTS
from theralogic.model.result import ChangeRow
from theralogic_cli.main import COMMANDS

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", ROOT / "cases" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\S*)([^\n]*)\n(.*?)^```$", re.S | re.M)


def steps(page: Path) -> list[tuple[str, str]]:
    """What a page shows, in order: (path of a file, its content), or ("$", a command)."""
    found = []
    for language, rest, body in FENCE.findall(page.read_text(encoding="utf-8")):
        if "file=" in rest:
            found.append((rest.split("file=")[1].strip(), body))
        elif language == "console":
            found += [("$", line[2:]) for line in body.splitlines() if line.startswith("$ ")]
    return found


@pytest.mark.parametrize("page", [p for p in PAGES if steps(p)], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_on_the_page_runs(page: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "COLUMNS": "100"}
    for what, text in steps(page):
        if what != "$":
            path = tmp_path / what
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            continue
        command, _, expected = text.partition("  # exit ")
        program, *args = shlex.split(command)
        assert program == "theralogic", text
        done = subprocess.run(
            [sys.executable, "-m", "theralogic_cli", *args],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == int(expected or 0), f"{text}\n{done.stdout}{done.stderr}"


def test_what_is_generated_is_current() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "docs.py"), "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_command_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"## theralogic {name}" not in text] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for page in [*PAGES, ROOT / "CONTRIBUTING.md"]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_code_of_an_error_is_in_the_registry_and_everything_there_is_raised() -> None:
    kinds = ("entity", "disease", "intervention")
    told = re.compile(
        r'(?:[Pp]roblem|Error|Finding)\(\s*(?:(?:"(?:error|warning|note)"|severity),\s*)?f?"([a-z]+(?:-[a-z{}]+)*)"'
    )
    codes: set[str] = set()
    for folder in ("engine", "cli"):
        for path in (ROOT / folder).rglob("*.py"):
            codes.update(told.findall(path.read_text(encoding="utf-8")))
    written = {code.replace("{kind}", kind) for code in codes for kind in kinds}
    registered = [code for part in ERROR_CODES.values() for code in part]
    assert sorted(registered) == sorted(written)


def test_every_code_of_a_fault_is_in_the_registry_and_everything_there_is_found() -> None:
    told = re.compile(r'(?:Fault|_compared)\(\s*f?"([a-z]+(?:-[a-z{}]+)*)"')
    text = "".join(
        p.read_text(encoding="utf-8") for f in ("engine", "cli") for p in (ROOT / f).rglob("verify*/**/*.py")
    )
    text += (ROOT / "cli" / "theralogic_cli" / "commands" / "verify.py").read_text(encoding="utf-8")
    settled = {"entity", "direction", "strength", "steps"}  # these are what a change settles as
    fields = [field for field in ChangeRow._fields if field not in settled]
    codes = {code.replace("{field}", field) for code in told.findall(text) for field in fields}
    assert sorted(FAULTS) == sorted(codes)


def test_what_the_registry_says_of_a_code_is_in_sentences_with_an_example() -> None:
    for part in ERROR_CODES.values():
        for code, about in part.items():
            assert about.meaning.endswith("."), code
            assert about.mend.endswith("."), code
            assert about.example, code
