"""Where output goes: data to stdout or a file, diagnostics to stderr, and never a raw control character."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

ASCII = "theralogic.ascii"


def clean(text: str) -> str:
    """``text`` without anything that could steer a terminal or hide itself."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    from theralogic.model.safe_text import printable

    return printable(text)


def ascii_asked() -> bool:
    """Whether ``--ascii`` was said."""
    context = click.get_current_context(silent=True)
    return bool(context and context.meta.get(ASCII))


def ascii_wanted() -> bool:
    """Whether to keep to ASCII on stdout: asked for, or all that the terminal knows."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").casefold().replace("_", "-")
    return ascii_asked() or encoding not in ("utf-8", "utf8")


def fitted(text: str) -> str:
    """``text`` in what stdout can show."""
    return in_ascii(text) if ascii_wanted() else text


def in_ascii(text: str) -> str:
    """``text`` with symbols spelt out; a drawing or a page keeps its characters as numbers."""
    if text.isascii():
        return text
    if text.startswith("<"):
        return page_in_ascii(text)
    from theralogic.model.safe_text import in_ascii as spelt

    return spelt(text)


def page_in_ascii(text: str) -> str:
    """A page with numbers for characters; a script has escapes of its own and would read those as they stand."""
    import json
    import re

    def escaped(script: re.Match[str]) -> str:
        return re.sub(r"[^\x00-\x7f]", lambda found: json.dumps(found[0])[1:-1], script[0])

    text = re.sub(r"<script\b.*?</script>", escaped, text, flags=re.DOTALL)
    return text.encode("ascii", "xmlcharrefreplace").decode()


def echo(text: str) -> None:
    """A line of a conversation, on stdout at once."""
    click.echo(fitted(clean(text)))


def log(text: str) -> None:
    """A diagnostic, on stderr."""
    click.echo(clean(text), err=True)


def write_output(text: str, output: str | None) -> None:
    """Data: to stdout, or to a file that is replaced only once the new content is whole."""
    body = clean(text).rstrip("\n") + "\n"
    if output is None or output == "-":
        if sys.stdout is None:
            return  # a daemon has closed it: nobody reads
        # Bytes, so that neither locale nor platform changes what is written.
        stream = sys.stdout.buffer
        stream.write(fitted(body).encode("utf-8"))
        stream.flush()
        return
    from theralogic.files.atomic import write_atomic

    write_atomic(new_file(output), (in_ascii(body) if ascii_asked() else body).encode("utf-8"))


def new_file(name: str) -> Path:
    """The path of a file that is to be written; raises :class:`click.BadParameter` where none can be."""
    path = Path(name)
    if path.is_dir():
        raise click.BadParameter(f"`{name}` is a folder: name a file in it", param_hint="output file")
    if not path.parent.is_dir():
        raise click.BadParameter(f"there is no folder `{path.parent}`: make it first", param_hint="output file")
    return path


def width() -> int:
    """Width of text output: the terminal's, at most 100 columns."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        columns = 100
    return max(40, min(columns, 100))


def count(number: int, what: str) -> str:
    """``1 fault``, ``2 faults``."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def as_json(data: Any) -> str:
    """JSON that is the same bytes for the same data."""
    import json

    return json.dumps(data, ensure_ascii=ascii_wanted(), indent=2)


def display_name(name: str) -> str:
    """How a file is called in messages; ``-`` is stdin."""
    return "<stdin>" if name == "-" else name


def read_input(name: str) -> bytes:
    """Bytes of a file, or of stdin for ``-``; never more than a file may have."""
    if name == "-":
        from theralogic.files import tree

        text = sys.stdin.buffer.read(tree.MAX_BYTES + 1)
        if len(text) > tree.MAX_BYTES:
            from theralogic.model.errors import InvalidInputError, Where

            message = f"more than {tree.MAX_BYTES} bytes come in"
            raise InvalidInputError("too-large", message, where=Where("<stdin>"), help="split it")
        return text
    from theralogic.files.locations import read_case_file

    return read_case_file(Path(name))
