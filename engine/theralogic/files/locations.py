"""Where rules and cases are, and the two ways to get them: from YAML, or from the compiled form of the same."""

from __future__ import annotations

from pathlib import Path

from theralogic.files.compiled import load_compiled, load_compiled_case
from theralogic.files.tree import leaves, read_bytes
from theralogic.model.errors import InvalidInputError, NotFoundError, Problems
from theralogic.model.records import Case, KnowledgeBase


def kb_root() -> Path:
    """The folder with the shipped ``rules`` and ``cases``: the packaged copy, else the checkout.

    Raises :class:`NotFoundError` (``no-rules``) where neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    checkout = package.parent.parent
    for root in (package / "_kb", checkout):
        if (root / "rules").is_dir():
            return root
    raise NotFoundError("no-rules", "the shipped rules are missing", help="install theralogic again")


def load_kb(root: Path | None = None) -> KnowledgeBase:
    """The rule base under ``root`` (default: the shipped one), from its compiled form where that is current.

    Raises :class:`InvalidInputError` with every problem, :class:`NotFoundError` where there are no rules.
    """
    return load_compiled(root or kb_root())


def case_names(root: Path | None = None) -> dict[str, Path]:
    """Ids of the cases under ``root/cases`` by file name, sorted; none where that folder is a link out of ``root``."""
    base = root or kb_root()
    folder = base / "cases"
    if not folder.is_dir() or leaves(folder, base):
        return {}
    return dict(sorted((path.stem, path) for path in folder.glob("*.yaml")))


def read_named_case(path: Path, root: Path | None) -> bytes:
    """The bytes of a case of :func:`case_names`; one that is a link out of ``root`` is refused and not read."""
    return _read(path, root or kb_root())


def load_case(text: bytes, shown: str, kb: KnowledgeBase) -> Case:
    """A case from the bytes of its file; raises :class:`InvalidInputError` with every problem."""
    return load_compiled_case(text, shown, kb)


def read_case_file(path: Path) -> bytes:
    """The bytes of a file that somebody named.

    Raises :class:`NotFoundError` (``no-file``), or :class:`InvalidInputError` where it can't be read.
    """
    return _read(path, None)


def _read(path: Path, root: Path | None) -> bytes:
    problems = Problems()
    text = read_bytes(path, str(path), root, problems)
    if text is None:
        raise (NotFoundError if problems[0].code == "no-file" else InvalidInputError).of(problems)
    return text
