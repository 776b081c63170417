"""What the docs show is true: commands run, tables and outputs are current, every command and code is described."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.written_codes import written_codes

from theralogic.model.error_codes import ERROR_CODES, FAULTS
from theralogic.model.levels import LEVELS
from theralogic.model.result import ChangeRow
from theralogic.model.vocabulary import REASONS
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


def test_the_page_of_semantics_names_every_level_and_every_reason() -> None:
    text = (ROOT / "docs" / "semantics.md").read_text(encoding="utf-8")
    assert [level for level in LEVELS if f"\n| {level} |" not in text] == []
    assert [reason for reason in REASONS if f"\n| `{reason}` |" not in text] == []


CODES = written_codes([ROOT / "engine", ROOT / "cli"])
FAULT_TAKERS = {"Fault", "_compared"}


def test_every_code_of_an_error_is_in_the_registry_and_everything_there_is_raised() -> None:
    written = {code.code for code in CODES if code.taker not in FAULT_TAKERS}
    kinds = ("entity", "disease", "intervention")
    assert {code for code in written if "*" in code} == {"unknown-*"}  # whose star is a kind of thing with a name
    registered = [code for part in ERROR_CODES.values() for code in part]
    assert sorted(registered) == sorted(written - {"unknown-*"} | {f"unknown-{kind}" for kind in kinds})


def test_every_code_of_a_fault_is_in_the_registry_and_everything_there_is_found() -> None:
    written = {code.code for code in CODES if code.taker in FAULT_TAKERS}
    settled = {"entity", "direction", "strength", "steps"}  # these are what a change settles as
    fields = [field for field in ChangeRow._fields if field not in settled]
    assert {code for code in written if "*" in code} == {"wrong-*"}  # whose star is a field of a change
    assert sorted(FAULTS) == sorted(written - {"wrong-*"} | {f"wrong-{field}" for field in fields})


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (
            'raise InvalidInputError(\n    "no-file" if gone else "empty",\n    "it is not there",\n)',
            ["no-file", "empty"],
        ),
        ('def bad(message: str, code: str = "bad-base"): ...\nbad("x")\nbad("x", code="y-z")', ["bad-base", "y-z"]),
        ('def bad(message: str): ...\nbad("bad-base")', []),
        ("def stop(code: int): ...\nstop(4)", []),
        ('class LateError(InvalidInputError): ...\nLateError(f"too-{what}")', ["too-*"]),
        ("def told(code: str): Problem(code, 'x')", []),
    ],
)
def test_a_code_is_found_however_the_line_is_written(source: str, codes: list[str], tmp_path: Path) -> None:
    (tmp_path / "source.py").write_text(
        f"class Problem:\n    code: str\nclass InvalidInputError:\n    def __init__(self, code: str): ...\n{source}\n"
    )
    assert [written.code for written in written_codes([tmp_path])] == codes


def test_a_code_that_only_the_running_program_knows_is_refused(tmp_path: Path) -> None:
    (tmp_path / "source.py").write_text("class Problem:\n    code: str\nProblem(made_up())\n")
    with pytest.raises(AssertionError, match="which code is this"):
        written_codes([tmp_path])


def test_what_the_registry_says_of_a_code_is_in_sentences_with_an_example() -> None:
    for part in ERROR_CODES.values():
        for code, about in part.items():
            assert about.meaning.endswith("."), code
            assert about.mend.endswith("."), code
            assert about.example, code
