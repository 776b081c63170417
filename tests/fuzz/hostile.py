"""What nobody sane would write, and a way to run commands on it that sees everything they do."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from hypothesis import settings
from hypothesis import strategies as st

from theralogic.model.errors import TheralogicError
from theralogic_cli.main import main

SMALL = Path(__file__).parent.parent / "data" / "small"
CASES = int(os.environ.get("THERALOGIC_HOSTILE", "10000"))
"""How many cases all tests together try."""

RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
"""What must never reach a terminal as it is."""

ODD = (
    *("", " ", "\t", "\n", "\0", "\x1b[31mred\x1b[0m", "\x9b31m", "\x07", "\u202eLI6", "\u200bIL6", "\ufeffIL6"),
    *(
        "\u0406L6",
        "\uff29\uff2c\uff16",
        "IL6\u0301",
        "\U000e0041",
        "\ud800",
        "a" * 5000,
        "é" * 300,
        "IL6 " * 200,
        "🧬" * 50,
    ),
    *(
        "no",
        "yes",
        "null",
        "~",
        "true",
        "1",
        "01",
        "1.0",
        "1e3",
        "-0",
        "0x1f",
        "NaN",
        ".nan",
        "-.inf",
        "1e999",
        "9" * 400,
    ),
    *(
        "2026-01-01",
        "12:30:00",
        "=",
        "==",
        "A=",
        "=B",
        "IL6=high=low",
        "IL6=",
        "--",
        "-o",
        "../..",
        "/etc/passwd",
        "~/x",
    ),
    *(
        "$HOME",
        "`id`",
        "%s%s%n",
        "{0}",
        "{{7*7}}",
        "' OR 1=1",
        "<script>",
        "!!python/object",
        "&a",
        "*a",
        "<<",
        "[",
        "{",
    ),
    *("- ", ": ", "#", "|", ">", "%", "@", "'", '"', "\\", "CON"),
)
KNOWN = (
    *("IL6", "IL-6", "CRP", "RA_activity", "IL6_signalling", "tocilizumab", "siltuximab", "rheumatoid arthritis"),
    *("high", "normal", "low", "absent", "standard", "ra-tocilizumab", "treated"),
)

odd = st.sampled_from(ODD) | st.text(max_size=40)
word = st.sampled_from(KNOWN) | odd
pair = st.builds("{}={}".format, word, word) | word

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | word
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(word, inner, max_size=4), max_leaves=8
)


class Ran(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str


def trying(share: float) -> settings:
    """Settings for a test that gets this share of all cases; the same ones in every run."""
    return settings(max_examples=max(1, int(CASES * share)), derandomize=True, deadline=None, database=None)


def run(args: Sequence[str], stdin: bytes = b"", kb: Path = SMALL) -> Ran:
    """Run a command in this process, through the same door as a user."""
    streams = sys.argv, sys.stdin, sys.stdout, sys.stderr
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="surrogatepass") for _ in range(2))
    sys.argv = ["theralogic", *args, *([] if "--" in args else ["--kb", str(kb)])]
    sys.stdin, sys.stdout, sys.stderr = io.TextIOWrapper(io.BytesIO(stdin)), out, err
    code = 0
    try:
        main()
    except SystemExit as stopped:
        code = stopped.code if isinstance(stopped.code, int) else 0
    finally:
        sys.argv, sys.stdin, sys.stdout, sys.stderr = streams
    for stream in (out, err):
        stream.flush()
    return Ran(code, *(stream.buffer.getvalue().decode("utf-8", "surrogatepass") for stream in (out, err)))


def civil(ran: Ran) -> None:
    """No internal error, no traceback, nothing raw; and whoever is refused is told why."""
    assert ran.code in (0, 2, 3, 4, 5), ran
    assert "Traceback" not in ran.err, ran
    assert "internal error" not in ran.err, ran
    assert not RAW.search(ran.out), ran
    assert not RAW.search(ran.err), ran
    assert ran.code in (0, 4) or ran.err, ran


def fit_to_show(error: TheralogicError) -> None:
    """An error that may be printed to a terminal."""
    assert not RAW.search(str(error)), repr(str(error))
    assert all(len(line) < 1000 for line in str(error).splitlines()), "a message without end"


def dumped(tree: object) -> bytes:
    """A tree as YAML, as far as YAML can say it."""
    try:
        text: str = yaml.safe_dump(tree, allow_unicode=True, sort_keys=False)
    except (yaml.YAMLError, RecursionError):
        text = repr(tree)
    return text.encode("utf-8", "surrogatepass")
