"""Writing a file so that an interruption leaves the old content or the new, never half of it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path


def write_atomic(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write, flush to disk, then rename over ``path``; raises OSError and leaves nothing behind.

    A file keeps its permissions, a new one gets the usual ones (``private``: only its owner's). A link is followed,
    and what is no file, such as ``/dev/null``, is written to and never replaced.
    """
    import tempfile  # slow to import, and most runs write nothing

    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        path.write_bytes(content)
        return
    path = Path(os.path.realpath(path))
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if not private:
            os.chmod(temporary, stat.S_IMODE(mode) if mode is not None else 0o666 & ~_umask())
        try:
            os.replace(temporary, path)
        except OSError as error:
            if error.errno not in (errno.EBUSY, errno.EXDEV):
                raise
            # Something is mounted on the file, so it can't be replaced; it can be written.
            path.write_bytes(content)
            os.unlink(temporary)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _mode(path: Path) -> int | None:
    """Kind and permissions of what is at ``path``, links followed; None where nothing is."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
