"""Running a command in this process, through the same door as a user."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from theralogic_cli.main import main

SMALL = Path(__file__).parent.parent / "data" / "small"


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run ``theralogic ARGS`` on the small rule base (or, with ``shipped``, on the shipped one)."""
    monkeypatch.setenv("COLUMNS", "100")

    def go(*args: str, stdin: bytes = b"", shipped: bool = False) -> Ran:
        where = () if shipped else ("--kb", str(SMALL))
        monkeypatch.setattr(sys, "argv", ["theralogic", *args, *where])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as stopped:
            main()
        caught = capsysbinary.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else 0, caught.out.decode(), caught.err.decode())

    return go
