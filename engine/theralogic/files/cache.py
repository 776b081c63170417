"""The folder of compiled rules and cases: where it is, whom it trusts, and how it stays small.

A cache file holds a digest of its content, so a damaged one is never used. It is read and written only where the
user alone may write, because a crafted file could crash the reader and a planted link could lead elsewhere. Safe to
delete at any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import marshal
import os
import re
import stat
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from theralogic.files.atomic import write_atomic

MOST_FILES = 400
MOST_BYTES = 40_000_000
LEFT_OVER = 3600.0
"""Seconds after which a temporary file belongs to no run that still goes on."""
USED: set[Path] = set()
"""What this process has read or written, which it may want again."""
OURS = re.compile(r"(rules|case)-[0-9a-f]+-[0-9a-f]+\.bin|\.(rules|case)-.*\.bin\.[^/]*")


class CacheSize(NamedTuple):
    """How much the cache holds."""

    files: int
    bytes: int


def cache_folder() -> Path | None:
    """The user's cache folder for compiled rules, or None where caching is switched off.

    ``THERALOGIC_CACHE`` names the folder, or is ``off``; else it is below ``XDG_CACHE_HOME`` or ``~/.cache``.
    """
    chosen = os.environ.get("THERALOGIC_CACHE", "")
    if chosen in ("off", "0"):
        return None
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache"
    return home / "theralogic"


def read_cached(path: Path) -> Any:
    """Content of a cache file that is ours and whole, or None."""
    try:
        if not _trusted(path):
            return None
        head, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != head:
            return None
        data = marshal.loads(body)
    except (OSError, ValueError, EOFError, TypeError):
        return None
    USED.add(path)
    with contextlib.suppress(OSError):
        os.utime(path)  # what is used stays, however long ago it was written
    return data


def write_cached(path: Path, data: Any) -> None:
    """Write a cache file where only this user may, and let the longest unused go. What can't be written is left out."""
    body = marshal.dumps(data)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if _own_folder(path.parent) and not path.is_symlink():
            write_atomic(path, hashlib.sha256(body).hexdigest().encode() + b"\n" + body, private=True)
            USED.add(path)
            _prune(path.parent)
    except (OSError, ValueError):
        # A cache that can't be written costs time, never an answer.
        return


def cache_size(folder: Path) -> CacheSize:
    """What the cache holds by now."""
    sizes = [size for _, size, _ in _files(folder)]
    return CacheSize(len(sizes), sum(sizes))


def clear_cache(folder: Path) -> CacheSize:
    """Delete every file of the cache and nothing else; returns what was deleted.

    Nothing is deleted where the folder is not this user's own, or is a link.
    """
    sizes = []
    for _, size, path in _files(folder) if _own_folder(folder) else ():
        with contextlib.suppress(OSError):
            path.unlink()
            sizes.append(size)
    return CacheSize(len(sizes), sum(sizes))


def _prune(folder: Path) -> None:
    """Delete the files longest unused beyond the limits, and what killed runs have left.

    What this process has used stays, and a file that alone is beyond the limit does not push out all others.
    """
    files = sorted(((path in USED, last_use, size, path) for last_use, size, path in _files(folder)), reverse=True)
    total, count, now = 0, 0, time.time()
    for used, last_use, size, path in files:
        if path.name.startswith("."):
            stays = now - last_use <= LEFT_OVER
        else:
            stays = used or (count < MOST_FILES and total + size <= MOST_BYTES)
        if not stays:
            with contextlib.suppress(OSError):
                path.unlink()
        elif size <= MOST_BYTES:
            total, count = total + size, count + 1


def _files(folder: Path) -> list[tuple[float, int, Path]]:
    """Cache files with the time they were last used and their size."""
    found = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                if OURS.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                    about = entry.stat(follow_symlinks=False)
                    found.append((about.st_mtime, about.st_size, Path(entry.path)))
    return found


def _trusted(path: Path) -> bool:
    """A regular file of this user's in a folder nobody else may write to."""
    if sys.platform == "win32":
        return path.is_file()
    file = path.lstat()
    mine = stat.S_ISREG(file.st_mode) and file.st_uid == os.getuid()
    return mine and not (file.st_mode & (stat.S_IWGRP | stat.S_IWOTH)) and _own_folder(path.parent)


def _own_folder(folder: Path) -> bool:
    """A folder that is there and this user's, that nobody else may write to, and no link to one."""
    if sys.platform == "win32":
        return folder.is_dir() and not folder.is_symlink()
    try:
        about = folder.lstat()
    except OSError:
        return False
    mine = stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()
    return mine and not (about.st_mode & (stat.S_IWGRP | stat.S_IWOTH))
