"""What a terminal shows: trees, tables and single steps, readable without colour, in 60 columns and in ASCII."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys

import pytest
from tests.cli.conftest import SMALL, Run

from theralogic.model.vocabulary import DISCLAIMER

CASE = "ra-tocilizumab"
COMMANDS = [
    ("explain", CASE),
    ("explain", CASE, "--format", "tree"),
    ("evaluate", CASE, "--format", "table"),
    ("evaluate", CASE),
    ("step", CASE, "--no-input"),
    ("graph", CASE, "--format", "mermaid"),
    ("graph", CASE),
    ("report", CASE),
    ("explain", CASE, "--format", "json"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_ascii_is_kept_to_where_it_is_asked_for(command: tuple[str, ...], run: Run) -> None:
    done = run(*command, "--ascii")
    assert done.code == 0
    assert done.out.isascii()
    assert "hypothetical" in done.out


@pytest.mark.parametrize("command", COMMANDS[:5], ids=" ".join)
def test_sixty_columns_are_enough(command: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    done = run(*command)
    wide = [line for line in done.out.splitlines() if len(line) > 60 and " " in line.strip()]
    assert [line for line in wide if not line.startswith(DISCLAIMER[:20])] == []


def test_a_tree_goes_from_the_effect_down_to_what_is_given(run: Run) -> None:
    lines = run("explain", CASE, "CRP", "--format", "tree").out.splitlines()
    chain = ["C-reactive protein falls", "STAT3 activity falls", "IL-6 signalling falls", "IL-6R falls"]
    places = [next(i for i, line in enumerate(lines) if text in line) for text in chain]
    assert places == sorted(places)
    assert "[tocilizumab]" in lines[places[-1]]


def test_a_table_of_a_case_with_arms_has_a_column_for_each(run: Run) -> None:
    out = run("evaluate", CASE, "--format", "table").out
    head = next(line for line in out.splitlines() if "as written" in line)
    assert len(head.split("  ")) > 3
    assert "▼▼▼ falls" in out


def test_without_a_terminal_the_lines_of_stdin_are_the_answers(run: Run) -> None:
    out = run("step", CASE, "CRP", stdin=b"why\nn\ne\nback\n3\nquit\nnever read\n").out
    said = [line for line in out.splitlines() if line.startswith(("> ", "1 of", "2 of", "3 of"))]
    assert [line[:6].strip() for line in said] == [
        *("1 of 4", "> why", "> n", "2 of 4", "> e", "> back", "1 of 4", "> 3", "3 of 4", "> quit"),
    ]


def test_an_empty_stdin_ends_a_walk_at_its_first_step(run: Run) -> None:
    done = run("step", CASE, "CRP")
    assert (done.code, "1 of 4" in done.out, "2 of 4" in done.out) == (0, True, False)


def test_what_nobody_knows_is_answered_with_what_can_be_said(run: Run) -> None:
    out = run("step", CASE, "CRP", stdin=b"huh\nback\n99\n").out
    assert "else: what else could have fired" in " ".join(out.split())
    assert "this is the first" in out


def test_what_else_was_waiting_are_the_rules_whose_cause_had_moved(run: Run) -> None:
    firings = json.loads(run("step", CASE, "CRP", "--format", "json").out)["firings"]
    assert [f["rule"] for f in firings] == ["given", "IL6_signalling", "il6-activates-stat3", "stat3-induces-crp"]
    waiting = [{w["rule"] for w in f["else"]} for f in firings]
    assert waiting[0] == set()
    assert waiting[1] == {"il6r-clears-serum-il6"}
    assert "il6-drives-synovitis" in waiting[2]


def test_what_does_not_change_has_no_steps(run: Run) -> None:
    done = run("step", CASE, "IL-17A")
    assert "Nothing that is asked changes" in done.out


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("no_colour", [True, False])
def test_colour_only_comes_at_a_terminal_and_never_where_it_is_refused(no_colour: bool) -> None:
    leader, follower = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    if no_colour:
        environment["NO_COLOR"] = "1"
    command = [sys.executable, "-m", "theralogic_cli", "explain", CASE, "CRP", "--format", "tree", "--kb", str(SMALL)]
    with subprocess.Popen(command, stdout=follower, stdin=subprocess.DEVNULL, env=environment) as process:
        os.close(follower)
        seen = b""
        while True:
            try:
                part = os.read(leader, 4096)
            except OSError:  # the other side has closed
                break
            if not part:
                break
            seen += part
        process.wait(timeout=60)
    os.close(leader)
    assert b"falls strongly" in seen
    assert (b"\x1b[" in seen) is not no_colour
