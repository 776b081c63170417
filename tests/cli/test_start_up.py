"""Which modules a command loads: start-up is most of a run, so nothing is imported that is not needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SMALL = Path(__file__).parent.parent / "data" / "small"
HEAVY = ("pydantic", "yaml", "rich", "numpy", "jinja2", "numba", "jsonschema")


def loaded_after(code: str, cache: Path) -> set[str]:
    """Modules loaded once ``code`` has run in a new process."""
    program = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    environment = {**os.environ, "THERALOGIC_CACHE": str(cache)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=True)
    names: list[str] = json.loads(done.stdout.splitlines()[-1])
    return set(names)


def test_importing_the_command_line_loads_nothing_heavy(tmp_path: Path) -> None:
    assert loaded_after("import theralogic_cli.main", tmp_path).isdisjoint({*HEAVY, "durable"})


def test_templates_are_loaded_when_the_first_page_is_made_and_not_before(tmp_path: Path) -> None:
    pages = "theralogic.api, theralogic.serve.home_page, theralogic.teach.lesson_page, theralogic.quiz.worksheet"
    assert "jinja2" not in loaded_after(f"import {pages}", tmp_path)
    assert "jinja2" in loaded_after(f"import {pages}; theralogic.quiz.worksheet.paragraphs_html('one')", tmp_path)


@pytest.mark.parametrize("engine", [pytest.param("durable", marks=pytest.mark.durable), "reference"])
def test_explaining_a_compiled_case_needs_neither_yaml_nor_pydantic(tmp_path: Path, engine: str) -> None:
    argv = ["theralogic", "explain", "ra-tocilizumab", "--kb", str(SMALL), "--engine", engine, "-o", os.devnull]
    argv[-1] = str(tmp_path / "out.txt")
    code = f"import theralogic_cli.main as m\nsys.argv = {argv!r}\ntry:\n    m.main()\nexcept SystemExit:\n    pass"
    loaded_after(code, tmp_path)  # compiles
    again = loaded_after(code, tmp_path)
    assert again.isdisjoint(HEAVY)
    assert ("durable" in again) == (engine == "durable")


def test_of_the_commands_only_the_one_that_runs_is_loaded(tmp_path: Path) -> None:
    argv = ["theralogic", "rules", "search", "IL-6", "--kb", str(SMALL), "-o", str(tmp_path / "out.txt")]
    code = f"import theralogic_cli.main as m\nsys.argv = {argv!r}\ntry:\n    m.main()\nexcept SystemExit:\n    pass"
    commands = "theralogic_cli.commands"
    loaded = {name for name in loaded_after(code, tmp_path) if name.startswith(commands)}
    assert loaded == {commands, f"{commands}.rules", f"{commands}.rules.search"}
