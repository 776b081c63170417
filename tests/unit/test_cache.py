"""The cache follows rules, code and Python; it stays small; and it touches nothing that is not its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from theralogic.files import cache, code_digest
from theralogic.files.cache import cache_size, clear_cache, read_cached, write_cached
from theralogic.files.tree import digest_of

PACKAGE = Path(cache.__file__).parent.parent
SMALL = Path(__file__).parent.parent / "data" / "small"


def named(number: int) -> str:
    return f"rules-0-{number:x}.bin"


def test_after_a_change_of_what_a_word_means_the_answer_follows_the_code(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "theralogic", ignore=shutil.ignore_patterns("__pycache__"))
    ask = (
        "from pathlib import Path\n"
        "from theralogic.files.locations import load_kb\n"
        f"kb = load_kb(Path({str(SMALL)!r}))\n"
        "print(sorted({m.sign for m in kb.mechanisms if m.relation == 'induces'}))\n"
    )

    def signs() -> str:
        place = {"PYTHONPATH": str(tmp_path), "THERALOGIC_CACHE": str(tmp_path / "cache"), "PATH": os.environ["PATH"]}
        return subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True, env=place).stdout

    assert signs() == signs() == "[1]\n"
    assert len(list((tmp_path / "cache").iterdir())) == 1
    words = tmp_path / "theralogic" / "model" / "vocabulary.py"
    words.write_text(words.read_text().replace('"induces": Relation(+1', '"induces": Relation(-1'))
    assert signs() == "[-1]\n"


def test_the_digest_of_the_code_is_of_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def digest(*folders: str) -> str:
        code_digest.code_digest.cache_clear()
        return code_digest.code_digest(*folders)

    monkeypatch.setattr(code_digest, "PACKAGE", tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    for name in ("_version.py", "a/x.py", "b/y.py"):
        (tmp_path / name).write_text("1")
    first, whole = digest("a"), digest()
    assert len(first) == 16
    (tmp_path / "b/y.py").write_text("2")
    assert digest("a") == first
    assert digest() != whole
    (tmp_path / "_version.py").write_text("2")
    assert digest("a") != first
    (tmp_path / "a/x.py").rename(tmp_path / "a/x.pyc")
    assert digest("a") != first
    code_digest.code_digest.cache_clear()


def test_the_ends_of_lines_do_not_change_what_rules_are_called() -> None:
    assert digest_of([("r.yaml", b"- id: a\r\n  b\r\n")]) == digest_of([("r.yaml", b"- id: a\n  b\n")])
    assert digest_of([("r.yaml", b"a\rb")]) != digest_of([("r.yaml", b"a\nb")])


def another_run() -> None:
    """From here on as in another process, which has used nothing yet."""
    cache.USED.clear()


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 3)
    for number in range(6):
        write_cached(tmp_path / named(number), "x")
        os.utime(tmp_path / named(number), (number, number))
    another_run()
    write_cached(tmp_path / named(9), "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == [named(n) for n in (4, 5, 9)]
    monkeypatch.setattr(cache, "MOST_BYTES", 100)
    another_run()
    write_cached(tmp_path / named(7), "y")
    assert [p.name for p in tmp_path.iterdir()] == [named(7)]
    assert read_cached(tmp_path / named(7)) == "y"


def test_a_file_that_is_used_stays_although_it_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", 2)
    for number in (1, 2):
        write_cached(tmp_path / named(number), "x")
        os.utime(tmp_path / named(number), (number, number))
    another_run()
    assert read_cached(tmp_path / named(1)) == "x"
    another_run()
    write_cached(tmp_path / named(3), "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == [named(1), named(3)]


def test_what_this_run_has_used_stays_beyond_the_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 300)
    for number in (1, 2):
        write_cached(tmp_path / named(number), "x")
    another_run()
    write_cached(tmp_path / named(3), "y" * 400)
    another_run()
    assert read_cached(tmp_path / named(3)) == "y" * 400
    write_cached(tmp_path / named(4), "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == [named(n) for n in (1, 2, 3, 4)]
    monkeypatch.setattr(cache, "MOST_FILES", 1)
    write_cached(tmp_path / named(5), "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == [named(n) for n in (3, 4, 5)]


def test_a_file_that_was_damaged_is_not_kept_for_its_use(tmp_path: Path) -> None:
    write_cached(tmp_path / named(1), "x")
    another_run()
    for content in (b"", b"0\nabc"):
        (tmp_path / named(1)).write_bytes(content)
        assert read_cached(tmp_path / named(1)) is None
    assert not cache.USED


def test_a_folder_that_is_a_link_or_not_our_own_is_neither_written_read_nor_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, link = tmp_path / "elsewhere", tmp_path / "link"
    write_cached(elsewhere / named(1), "x")
    link.symlink_to(elsewhere)
    write_cached(link / named(2), "x")
    assert [p.name for p in elsewhere.iterdir()] == [named(1)]
    assert read_cached(link / named(1)) is None
    assert clear_cache(link).files == 0
    monkeypatch.setattr(os, "getuid", lambda: 4321)
    assert clear_cache(elsewhere).files == 0
    monkeypatch.undo()
    assert clear_cache(elsewhere).files == 1


def test_what_a_killed_run_left_goes_after_an_hour(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in (".rules-0-1.bin.abc", ".case-0-1.bin.def", "notes.txt"))
    for path in (old, new, other):
        path.write_text("half")
    before = time.time() - 4000
    os.utime(old, (before, before))
    os.utime(other, (before, before))
    write_cached(tmp_path / named(1), "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == [".case-0-1.bin.def", "notes.txt", named(1)]


def test_clearing_deletes_the_cache_and_nothing_else(tmp_path: Path) -> None:
    write_cached(tmp_path / named(1), "x")
    size = cache_size(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / named(2)).symlink_to(tmp_path / "notes.txt")
    assert (size.files, clear_cache(tmp_path)) == (1, size)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["notes.txt", named(2)]
    assert (cache_size(tmp_path / "nowhere").files, clear_cache(tmp_path / "nowhere").files) == (0, 0)


def test_a_file_that_can_not_be_deleted_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    write_cached(tmp_path / named(1), "x")
    monkeypatch.setattr(Path, "unlink", refused)
    assert clear_cache(tmp_path).files == 0
    assert cache_size(tmp_path).files == 1


def test_a_planted_link_or_a_shared_folder_is_not_written_to(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = tmp_path / "cache"
    folder.mkdir(mode=0o700)
    (folder / named(1)).symlink_to(victim)
    write_cached(folder / named(1), "x")
    folder.chmod(0o777)
    write_cached(folder / named(2), "x")
    assert victim.read_text() == "mine"
    assert [p.name for p in folder.iterdir()] == [named(1)]


def test_a_file_that_goes_while_it_is_counted_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cached(tmp_path / named(1), "x")
    write_cached(tmp_path / named(2), "x")
    another_run()

    def gone(path: Path) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(cache, "MOST_FILES", 1)
    monkeypatch.setattr(Path, "unlink", gone)
    write_cached(tmp_path / named(3), "x")
    assert cache_size(tmp_path).files == 3
