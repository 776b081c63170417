"""Where output goes: data to stdout or a file, diagnostics to stderr, and never a raw control character."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click


def clean(text: str) -> str:
    """``text`` without anything that could steer a terminal or hide itself."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    from theralogic.files.text import printable

    return printable(text)


def say(text: str) -> None:
    """A diagnostic, on stderr."""
    click.echo(clean(text), err=True)


def put(text: str, output: str | None) -> None:
    """Data: to stdout, or to a file that is replaced only once the new content is whole."""
    body = clean(text).rstrip("\n") + "\n"
    if output is None or output == "-":
        # Bytes, so that neither locale nor platform changes what is written.
        stream = sys.stdout.buffer
        stream.write(body.encode("utf-8"))
        stream.flush()
        return
    from theralogic.files.atomic import write_atomic

    path = Path(output)
    if path.is_dir() or not path.parent.is_dir():
        raise click.BadParameter(f"`{output}` can't be written: no such folder", param_hint="-o")
    write_atomic(path, body.encode("utf-8"))


def as_json(data: Any) -> str:
    """JSON that is the same bytes for the same data."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def read_input(name: str) -> bytes:
    """Bytes of a file, or of stdin for ``-``."""
    if name == "-":
        return sys.stdin.buffer.read()
    from theralogic.files.home import read_case_file

    return read_case_file(Path(name))
