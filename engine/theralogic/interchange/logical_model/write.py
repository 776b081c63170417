"""An imported model as a folder of rule files, checked by the loader before anybody sees it."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from theralogic.interchange.logical_model.read import NAME, read_bnet, rest
from theralogic.interchange.logical_model.to_rules import files_of
from theralogic.model.errors import InvalidInputError
from theralogic.model.safe_text import printable


class Imported(NamedTuple):
    """What an import made."""

    state: str
    nodes: int
    mechanisms: int
    on: int


def import_bnet(
    text: bytes, shown: str, folder: Path, *, on: Collection[str] = (), name: str = "", reference: str = ""
) -> Imported:
    """Write the model in ``text`` as a rule base into the new ``folder``; all of it or nothing.

    Raises :class:`InvalidInputError` for a model or a name that can't be used, :class:`NotFoundError` for unknown
    nodes, OSError where the folder can't be made.
    """
    model = read_bnet(text, shown)
    state = rest(model, on)
    name = name or re.sub(r"[^A-Za-z0-9_+.-]+|^[^A-Za-z0-9]+", "_", Path(shown).stem).strip("_") or "model"
    if not NAME.match(name):
        message = f"`{printable(name)[:80]}` is not a plain identifier"
        raise InvalidInputError("bad-id", message, help="use ASCII letters, digits and `_`")
    if folder.exists():
        raise InvalidInputError("duplicate-id", f"`{folder}` is there already", help="name a new folder")
    files = files_of(model, name, state, reference)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.resolve().parent) as temporary:
        root = Path(temporary, "made")
        for path, content in files.items():
            (root / path).parent.mkdir(parents=True)
            (root / path).write_text(_yaml(content), encoding="utf-8")
        _check(root)
        root.rename(folder)
    return Imported(name, len(model.functions), len(files[f"rules/mechanisms/{name}.yaml"]), len(state))


def _check(root: Path) -> None:
    """What the loader would refuse is refused here, such as a reference that is no CURIE."""
    from theralogic.files.load import read_rules
    from theralogic.files.resolve import Resolver

    Resolver(read_rules(root)).knowledge_base()


def _yaml(content: Any) -> str:
    import yaml

    text: str = yaml.dump(content, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), sort_keys=False, width=110)
    return text
