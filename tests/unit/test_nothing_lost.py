"""Whenever it stops, what was written before is still there, or what is written now is there whole."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from tests.fuzz.hostile import SMALL, run

from theralogic.files import cache as cache_files
from theralogic.files import compiled
from theralogic.files.atomic import write_atomic
from theralogic.files.locations import load_case, load_kb

STEPS = ("os.fdopen", "os.fsync", "os.replace")


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


# -- writing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
@pytest.mark.parametrize("step", STEPS)
def test_an_error_at_any_step_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: Any
) -> None:
    path = tmp_path / "out.txt"
    path.write_bytes(b"before")

    def fail(*args: object) -> None:
        raise error

    monkeypatch.setattr(f"theralogic.files.atomic.{step}", fail)
    with pytest.raises(type(error) if isinstance(error, Exception) else error):
        write_atomic(path, b"after")
    monkeypatch.undo()
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_process_that_is_killed_leaves_the_old_file_or_the_new_one(tmp_path: Path, step: str, moment: str) -> None:
    """Killed without warning, as by a loss of power: no clean-up runs."""
    path = tmp_path / "out.txt"
    path.write_bytes(b"before" * 10_000)
    program = f"""
        import os, signal
        from pathlib import Path
        from theralogic.files import atomic
        step, name = atomic.os.{step.partition(".")[2]}, {step.partition(".")[2]!r}
        def killed(*args, **kwargs):
            if {moment!r} == "after":
                step(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)
        setattr(atomic.os, name, killed)
        atomic.write_atomic(Path({str(path)!r}), b"after!" * 10_000)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False, env=_environment())
    assert done.returncode == -9
    whole = b"after!" if (step, moment) == ("os.replace", "after") else b"before"
    assert path.read_bytes() == whole * 10_000


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}


def test_a_file_keeps_its_permissions_and_a_new_one_gets_the_usual_ones(tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_bytes(b"before")
    old.chmod(0o640)
    mask = os.umask(0o022)
    try:
        write_atomic(old, b"after")
        write_atomic(new, b"after")
    finally:
        os.umask(mask)
    assert (stat.S_IMODE(old.stat().st_mode), stat.S_IMODE(new.stat().st_mode)) == (0o640, 0o644)


def test_output_through_a_link_changes_what_the_link_names(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_bytes(b"before")
    link.symlink_to(target)
    write_atomic(link, b"after")
    assert (link.is_symlink(), target.read_bytes()) == (True, b"after")


def test_what_is_no_file_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    link = tmp_path / "link"
    link.symlink_to(pipe)
    for path in (pipe, link):
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        write_atomic(path, b"after")
        assert os.read(reader, 10) == b"after"
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert names(tmp_path) == ["link", "pipe"]


def test_a_folder_that_can_not_be_written_to_is_told_and_nothing_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.txt"
    path.write_text("before")

    def refuse(*args: object, **kwargs: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    ran = run(["evaluate", "ra-tocilizumab", "-o", str(path)])
    assert ran.code == 1
    assert ran.err.splitlines()[-1].endswith("Permission denied")
    assert path.read_text() == "before"


# -- the cache --------------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that holds the small rule base and its case."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("THERALOGIC_CACHE", str(folder))
    everything()
    assert len(names(folder)) == 2
    return folder


def everything() -> object:
    """What is loaded of the small rule base and its case."""
    kb = load_kb(SMALL)
    return kb, load_case((SMALL / "cases" / "ra-tocilizumab.yaml").read_bytes(), "c.yaml", kb)


def rewritten(folder: Path) -> bool:
    """Whether loading made the cache anew."""
    before = {p: p.stat().st_ino for p in folder.iterdir()}
    everything()
    return any(p.stat().st_ino != inode for p, inode in before.items())


def test_what_comes_from_the_cache_is_what_was_read(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached = everything()
    assert not rewritten(cache)
    monkeypatch.setenv("THERALOGIC_CACHE", "off")
    assert everything() == cached


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: b"",
        lambda text: text[: len(text) // 2],
        lambda text: text + b" ",
        lambda text: b"0" + text[1:],
        lambda text: text.replace(b"IL-6", b"IL-7"),
        lambda text: b"\xff" * 100,
        lambda text: b"[" * 100_000,
    ],
    ids=["empty", "half", "longer", "other digest", "other content", "no text", "nested"],
)
def test_a_damaged_cache_is_made_anew(cache: Path, damage: Any) -> None:
    expected = everything()
    for path in cache.iterdir():
        path.write_bytes(damage(path.read_bytes()))
    assert everything() == expected
    assert not rewritten(cache)


@pytest.mark.parametrize("data", [{}, [], {"digest": "x"}, None, 7])
def test_a_cache_that_is_whole_but_holds_something_else_is_made_anew(cache: Path, data: object) -> None:
    expected = everything()
    for path in cache.iterdir():
        if data == {"digest": "x"}:
            digest = path.stem.rpartition("-")[2]
            cache_files.write_cached(path, {"digest": digest})
        else:
            cache_files.write_cached(path, data)
    assert everything() == expected
    assert not rewritten(cache)


def test_a_cache_of_somebody_else_is_not_believed(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = everything()
    me = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: me + 1)
    assert all(not cache_files._trusted(path) for path in cache.iterdir())
    assert everything() == expected


@pytest.mark.parametrize("which", ["file", "folder"])
def test_a_cache_that_others_may_write_to_is_not_believed(cache: Path, which: str) -> None:
    expected = everything()
    for path in cache.iterdir() if which == "file" else [cache]:
        path.chmod(0o777)
    assert all(not cache_files._trusted(path) for path in cache.iterdir())
    assert everything() == expected


def test_a_link_in_the_cache_is_not_followed(cache: Path, tmp_path: Path) -> None:
    for path in list(cache.iterdir()):
        path.rename(tmp_path / path.name)
        path.symlink_to(tmp_path / path.name)
    assert all(not cache_files._trusted(path) for path in cache.iterdir())
    everything()


def test_a_cache_that_can_not_be_written_costs_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    for place in (file / "cache", Path("/proc/cache"), Path("\0")):
        monkeypatch.setattr(compiled, "cache_folder", lambda place=place: place)
        everything()
    assert file.read_text() == "in the way"


def test_an_interrupt_while_the_cache_is_written_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cache"
    monkeypatch.setenv("THERALOGIC_CACHE", str(folder))

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("theralogic.files.atomic.os.replace", interrupted)
        with pytest.raises(KeyboardInterrupt):
            everything()
    assert names(folder) == []
    everything()


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("THERALOGIC_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_files.cache_folder() == tmp_path / "theralogic"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_files.cache_folder() == tmp_path / ".cache" / "theralogic"
    for word in ("off", "0"):
        monkeypatch.setenv("THERALOGIC_CACHE", word)
        assert cache_files.cache_folder() is None


def test_an_interrupted_command_says_so_and_exits_with_130(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.json"
    path.write_text("before")

    def interrupted(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("theralogic.results.assemble.solve", interrupted)
    ran = run(["evaluate", "ra-tocilizumab", "--format", "json", "-o", str(path)])
    assert (ran.code, ran.out, ran.err.strip()) == (130, "", "interrupted")
    assert path.read_text() == "before"


def test_json_output_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    assert run(["evaluate", "ra-tocilizumab", "--format", "json", "-o", str(path)]).code == 0
    assert json.loads(path.read_text())["schema"] == "theralogic/result/2"
