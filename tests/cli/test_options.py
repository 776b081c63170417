"""What every command takes, it takes everywhere: nobody has to remember which command has which option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from tests.cli.conftest import SMALL, Run

from theralogic_cli.main import cli
from theralogic_cli.options import common_options

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
    _, everywhere = next(commands(click.command()(common_options(kb=False, engine=False)(lambda: None))))
    assert everywhere <= ALL[name]


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


def single_values(found: click.Command, name: str = "") -> Iterator[tuple[str, str, str]]:
    """Every option that takes one value, as command, option and a value that it takes."""
    if isinstance(found, click.Group):
        context = click.Context(found)
        for word in found.list_commands(context):
            below = found.get_command(context, word)
            assert below is not None
            yield from single_values(below, f"{name} {word}".strip())
        return
    for param in found.params:
        if isinstance(param, click.Option) and not param.multiple and not param.is_flag:
            value = param.type.choices[0] if isinstance(param.type, click.Choice) else "1"
            yield name, max(param.opts, key=len), str(value)


@pytest.mark.parametrize(("command", "option", "value"), list(single_values(cli)), ids=lambda word: str(word))
def test_an_option_that_takes_one_value_is_refused_when_it_is_given_twice(
    run: Run, command: str, option: str, value: str
) -> None:
    ran = run(*command.split(), option, value, option, value, shipped=True)
    assert (ran.code, ran.out) == (2, "")
    assert f"`{option}` is given twice, but takes one value" in ran.err


@pytest.mark.parametrize(("command", "option", "value"), list(single_values(cli)), ids=lambda word: str(word))
def test_an_option_with_an_empty_value_is_refused(run: Run, command: str, option: str, value: str) -> None:
    ran = run(*command.split(), f"{option}=", shipped=True)
    assert (ran.code, ran.out) == (2, "")
    assert f"`{option}` is empty" in ran.err


def test_an_empty_rule_base_is_never_taken_for_the_shipped_one(run: Run) -> None:
    ran = run("rules", "list", "--kb", "", shipped=True)
    assert (ran.code, ran.out) == (2, "")
    assert "`--kb` is empty: write a value, or leave it out" in ran.err


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (("explain", "ra-tocilizumab", ""), "ENTITY"),
        (("explain", ""), "CASE"),
        (("evaluate", "ra-tocilizumab", ""), "CASES"),
        (("graph", "ra-tocilizumab", ""), "ENTITY"),
        (("rules", "search", ""), "TEXT"),
    ],
    ids=lambda args: args if isinstance(args, str) else " ".join(args),
)
def test_an_empty_argument_is_told_by_its_name(run: Run, args: tuple[str, ...], name: str) -> None:
    ran = run(*args)
    assert (ran.code, ran.out) == (2, "")
    assert f"`{name}` is empty" in ran.err


def test_an_option_that_may_be_repeated_may_not_be_empty_either(run: Run) -> None:
    ran = run("predict", "rheumatoid arthritis", "tocilizumab", "--ask", "CRP", "--ask", "")
    assert (ran.code, "`--ask` is empty" in ran.err) == (2, True)


def test_all_that_is_given_twice_or_empty_is_told_at_once(run: Run) -> None:
    ran = run("explain", "ra-tocilizumab", "--kb", "one", "--kb", "two", "-o", "a", "-o", "b", "-o", "", shipped=True)
    assert "`--kb` is given twice, but takes one value; " in ran.err
    assert "`--output` is given 3 times, but takes one value; " in ran.err
    assert "`--output` is empty" in ran.err


def test_help_is_shown_whatever_else_is_wrong(run: Run) -> None:
    ran = run("explain", "--kb", "one", "--kb", "two", "--help", shipped=True)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: ")


def test_a_name_is_offered_after_an_option_that_is_given_twice() -> None:
    typed = ["explain", "--kb", str(SMALL), "--kb", str(SMALL)]
    found = ShellComplete(cli, {}, "theralogic", "_THERALOGIC_COMPLETE").get_completions(typed, "ra-toc")
    assert "ra-tocilizumab" in [item.value for item in found]
