"""Commands that need more than the plain install stop with a sentence where it is missing."""

from __future__ import annotations


def need_tables() -> None:
    """NumPy and pyarrow are there, or a :class:`TheralogicError` (``needs-extra``)."""
    _need("cohort", "cohorts need", "numpy", "pyarrow")


def need_server() -> None:
    """Starlette and uvicorn are there, or a :class:`TheralogicError` (``needs-extra``)."""
    _need("serve", "serving needs", "starlette", "uvicorn")


def _need(extra: str, who: str, *modules: str) -> None:
    from importlib.util import find_spec

    from theralogic.model.errors import TheralogicError

    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        help = f"pip install 'theralogic[{extra}]'"
        raise TheralogicError("needs-extra", f"{who} {' and '.join(missing)}", help=help)
