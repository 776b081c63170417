"""Which code is running: one digest of its sources.

What is kept on disk and was derived by code (a compiled rule base, the parts of a cohort) carries this digest, so that
nothing made by other code is ever believed. A version number alone would not tell two checkouts apart.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent.parent


@cache
def code_digest(*folders: str) -> str:
    """Digest of the sources in these folders of the package (all of it where none is named), 16 hex digits.

    Where a folder has no sources, as in an installation of byte code alone, that is taken instead.
    """
    whole = hashlib.blake2b(digest_size=8)
    for root in [PACKAGE / folder for folder in folders] or [PACKAGE]:
        files = sorted(root.rglob("*.py")) or sorted(root.rglob("*.pyc"))
        for file in [PACKAGE / "_version.py", *files]:
            whole.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0")
            whole.update(file.read_bytes())
    return whole.hexdigest()
