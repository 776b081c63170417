"""What every command takes, it takes everywhere: nobody has to remember which command has which option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Run

from theralogic_cli.main import cli

# These make files in one form of their own, or talk to a browser or a shell, instead of printing data.
MAKERS = {"completion", "serve", "cases new", "cohort make", "course export", "rules compile", "rules import"}
OWN_RULES = {"rules ask", "rules compile", "rules import", "completion"}  # no `--kb`: they have or need no rules


def commands(found: click.Command, name: str = "") -> Iterator[tuple[str, set[str]]]:
    if isinstance(found, click.Group):
        context = click.Context(found)
        for word in found.list_commands(context):
            below = found.get_command(context, word)
            assert below is not None
            yield from commands(below, f"{name} {word}".strip())
    else:
        yield name, {option for param in found.params for option in param.opts}


ALL = dict(commands(cli))


@pytest.mark.parametrize("name", sorted(set(ALL) - MAKERS))
def test_every_command_that_prints_takes_a_form_a_place_and_ascii(name: str) -> None:
    assert {"--format", "--ascii", "-o", "--output"} <= ALL[name]


@pytest.mark.parametrize("name", sorted(set(ALL) - OWN_RULES))
def test_every_command_takes_another_rule_base(name: str) -> None:
    assert "--kb" in ALL[name]


def test_the_exceptions_are_commands_that_there_are() -> None:
    assert set(ALL) >= MAKERS | OWN_RULES


def test_ascii_is_kept_to_in_a_file_too(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "case.html"
    assert run("report", "ra-tocilizumab", "--ascii", "-o", str(page), shipped=True).code == 0
    assert page.read_bytes().isascii()
    assert run("report", "ra-tocilizumab", "-o", str(page), shipped=True).code == 0
    assert not page.read_bytes().isascii()


def test_a_schema_is_json_whatever_is_said(run: Run) -> None:
    assert run("schema", "case", "--format", "json", shipped=True).out == run("schema", "case", shipped=True).out


def test_a_lesson_in_ascii_keeps_its_script_a_script(run: Run, tmp_path: Path) -> None:
    page = tmp_path / "lesson.html"
    assert run("teach", "ra-tocilizumab", "--ascii", "--export", str(page), shipped=True).code == 0
    text = page.read_bytes().decode("ascii")
    assert r"\u2192 raises" in text
    assert not [script for script in re.findall(r"(?s)<script\b.*?</script>", text) if re.search(r"&#\d+;", script)]


@pytest.mark.parametrize("name", ["cases", "cohort", "course", "quiz", "rules"])
def test_what_a_command_does_is_said_whole_in_the_help_of_its_group(run: Run, name: str) -> None:
    help = run(name, "--help", shipped=True).out
    assert "Commands:" in help
    assert "..." not in help.partition("Commands:")[2]
