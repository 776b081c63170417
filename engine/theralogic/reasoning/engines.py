"""Choosing an engine by name; the durable one where it runs, else the reference engine."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from theralogic.model.errors import EngineError
from theralogic.reasoning.evaluate import Engine


def engine_named(name: str | None = None) -> Engine:
    """The engine called ``name``, or the default one.

    Raises :class:`EngineError` (``engine-unavailable``) where a named engine can't run here.
    """
    if name != "reference":
        why = durable_unavailable()
        if why is None:
            return cast(Engine, import_module("theralogic.reasoning.durable.engine"))
        if name == "durable":
            raise EngineError("engine-unavailable", why, help="use `--engine reference`: the answers are the same")
    return cast(Engine, import_module("theralogic.reasoning.reference"))


def durable_unavailable() -> str | None:
    """Why durable-rules can't run here, or None where it can."""
    durable = import_module("theralogic.reasoning.durable.engine")
    return cast("str | None", durable.available())
