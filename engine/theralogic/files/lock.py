"""One writer for a folder: the operating system holds the lock, so it goes with the process, however that ends."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from theralogic.model.errors import InvalidInputError, Where

LOCK = "_lock"


@contextlib.contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Hold the folder for as long as the block runs.

    Raises :class:`InvalidInputError` (``in-use``) at once where another process holds it.
    """
    path = folder / LOCK
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take(handle)
            if os.fstat(handle).st_ino != path.stat().st_ino:
                raise BlockingIOError  # whoever held it has just finished and removed the file
        except OSError:
            message, help = "another run writes into this folder", "wait until it has ended, or name another folder"
            raise InvalidInputError("in-use", message, where=Where(str(folder)), help=help) from None
        try:
            yield
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)


if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
