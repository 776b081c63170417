"""An engine that stops when the time of a request is up, so that no question can hold the server.

An engine settles one world at a time, in milliseconds; a page asks for many. Looking at the clock before each world
bounds all of them, without killing threads that hold the rule engine's lock.
"""

from __future__ import annotations

import threading
import time

from theralogic.model.errors import EngineError
from theralogic.model.records import Caution, Condition
from theralogic.reasoning.evaluate import Engine
from theralogic.reasoning.kernel import Settlement, Situation


class TimeLimitedEngine:
    """An engine for one request: works until ``seconds`` from now are over, or the server is ``stopping``.

    Raises :class:`EngineError` (``too-slow``) afterwards.
    """

    def __init__(self, engine: Engine, seconds: float, stopping: threading.Event) -> None:
        self.NAME = engine.NAME
        self._engine = engine
        self._end = time.monotonic() + seconds
        self._stopping = stopping

    def settle(self, situation: Situation) -> Settlement:
        """Settle one world and say why."""
        if time.monotonic() > self._end or self._stopping.is_set():
            raise EngineError("too-slow", "this takes too long to work out", help="ask for less, or once more later")
        return self._engine.settle(situation)

    def cautions(self, rules: tuple[Caution, ...], facts: frozenset[Condition]) -> tuple[str, ...]:
        """Ids of the cautions all of whose conditions are among ``facts``."""
        return self._engine.cautions(rules, facts)
