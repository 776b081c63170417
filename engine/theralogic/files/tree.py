"""The files of a rule base as bytes: which there are, what they are worth, and one digest of them all.

Needs neither YAML nor pydantic, because a compiled rule base is looked up by this digest.
"""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from theralogic.model.errors import NotFoundError, Problem, Where

MAX_BYTES = 64_000_000


def rule_files(root: Path) -> list[tuple[str, Path]]:
    """The YAML files of a rule base with their names relative to ``root``, sorted.

    Raises :class:`NotFoundError` where ``root`` has no ``rules`` folder.
    """
    rules = root / "rules"
    if not rules.is_dir() or leaves(rules, root):
        raise NotFoundError("no-rules", f"no folder `rules` in `{root}`", help="name the folder that holds `rules/`")
    found = []
    for folder, _, files in os.walk(rules):
        shown = Path(folder).relative_to(root).as_posix()
        for file in files:
            if file.endswith((".yaml", ".yml")) and not file.startswith("."):
                found.append((f"{shown}/{file}", Path(folder, file)))
    return sorted(found)


def digest_of(files: list[tuple[str, bytes]]) -> str:
    """One digest of names and bytes; the key of the compiled form and what a result names.

    Ends of lines do not count: Git writes them anew on Windows.
    """
    whole = hashlib.sha256()
    for name, text in sorted(files):
        text = text.replace(b"\r\n", b"\n")
        whole.update(f"{name}\0{len(text)}\0".encode("utf-8", "surrogateescape"))
        whole.update(text)
    return whole.hexdigest()[:32]


def read_bytes(path: Path, shown: str, root: Path | None, problems: list[Problem]) -> bytes | None:
    """The bytes of a file, or None with a problem: links out of the tree and unreadable files are refused."""
    try:
        about = os.lstat(path)
        if stat.S_ISLNK(about.st_mode):
            if root is not None and leaves(path, root):
                problems.append(Problem("link-outside", "a link that leaves the folder is not followed", Where(shown)))
                return None
            about = os.stat(path)
        if not stat.S_ISREG(about.st_mode):
            problems.append(Problem("not-a-file", "this is not a regular file", Where(shown), "name a file"))
            return None
        if about.st_size > MAX_BYTES:
            problems.append(Problem("too-large", f"file is larger than {MAX_BYTES} bytes", Where(shown), "split it"))
            return None
        with open(path, "rb", buffering=0) as file:
            return file.readall()
    except FileNotFoundError:
        problems.append(Problem("no-file", "there is no such file", Where(shown), "check the path"))
        return None
    except OSError as error:
        problems.append(Problem("unreadable", f"can't be read: {error.strerror}", Where(shown), "check permissions"))
        return None


def leaves(path: Path, root: Path) -> bool:
    """Whether a link leads out of ``root``; folders below ``rules`` never are, as the walk does not follow links."""
    return path.is_symlink() and not path.resolve().is_relative_to(root.resolve())
