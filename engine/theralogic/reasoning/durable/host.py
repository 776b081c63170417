"""The one place that touches durable-rules, so that every way it can die or lie is met once.

durable-rules 2.0.28 matches well and fails badly: it crashes on an empty batch, swallows what a callback raises,
drops its agenda when one takes ten seconds, starts timer threads, never frees a ruleset, mistakes ``3`` for
``'3'``, and looks facts up by 32 bits of a hash. So a :class:`Session` asserts facts, hands back what matched, and
retracts; it has no callbacks (nothing to swallow, nothing to time), no ``Host`` (no threads), checks every value
against a closed table of keys, and names facts itself from a small pool (no duplicates, no collisions).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

from theralogic.model.errors import EngineError

Fact = Mapping[str, int | str]
Match = Mapping[str, Mapping[str, Any]]
Rules = Mapping[str, Sequence[Mapping[str, Any]]]

MOST_FACTS = 10_000
"""Facts that one session may hold: lookups slow down and memory (9 KB a fact) grows beyond."""
MOST_CONDITIONS = 16
MOST_CONSTANTS = 500
_BATCH = 1_000
_SESSION = 0
_NEEDED = ("start_action_for_state", "complete_and_start_action")
_FLAG = "CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject"
_ADVICE = "use `--engine reference`: the answers are the same"


class Session:
    """Facts and the rules that match them: one session of one ruleset, kept for as long as the process lives.

    ``keys`` is the closed table of what a fact may hold, one type each: ``int`` or ``str``.
    """

    def __init__(self, rules: Rules, keys: Mapping[str, type]) -> None:
        """Raises :class:`EngineError` where durable-rules can't run or the rules are beyond its limits."""
        self._engine, self._native = load()
        self._keys = keys
        self._held: set[str] = set()
        self._free: list[str] = []
        self._named = 0
        self._moved: int | None = None
        definition = {
            name: {"all": list(conditions), "cap": _BATCH, "run": _never} for name, conditions in rules.items()
        }
        _fit(rules)
        self._rules = self._engine.Ruleset("theralogic", None, definition)

    def __len__(self) -> int:
        return len(self._held)

    def add(self, facts: Sequence[Fact]) -> list[str]:
        """Assert ``facts`` and return their handles, in order; none at all is fine here."""
        if not facts:
            return []  # an empty batch would crash the process
        if len(self) + len(facts) > MOST_FACTS:
            raise EngineError(
                "too-many-facts",
                f"this case needs more than {MOST_FACTS} facts at once, the most durable-rules can hold well",
                help=_ADVICE,
            )
        for fact in facts:
            self._check(fact)
        names = [self._name() for _ in facts]
        self._held.update(names)
        with self._translating():
            self._moved = self._rules.assert_facts([{"id": n, **f} for n, f in zip(names, facts, strict=True)])
        return names

    def drop(self, handles: Iterable[str]) -> None:
        """Retract facts by their handles."""
        names = [name for name in handles if name in self._held]
        if names:
            with self._translating():
                self._rules.retract_facts([{"id": name} for name in names])
            self._held.difference_update(names)
            self._free.extend(names)

    def clear(self) -> None:
        """Retract everything, and what it matched."""
        self.drop(sorted(self._held))
        self.matches()

    def matches(self) -> dict[str, list[Match]]:
        """What matched since the last call, by rule; within a rule in no order worth relying on."""
        found: dict[str, list[Match]] = {}
        if self._moved is not None:
            with self._translating():
                for rule, batch in _drain(self._native, self._rules._handle, self._moved):
                    found.setdefault(rule, []).extend(batch)
        return found

    @contextmanager
    def _translating(self) -> Iterator[None]:
        """Whatever durable-rules has to say, as our own error."""
        library, own = self._engine, self._native.error
        try:
            yield
        except (own, library.MessageObservedException, library.MessageNotHandledException) as error:
            said = getattr(error, "message", error)
            raise EngineError("engine-failed", f"durable-rules failed: {said}", help=_ADVICE) from error

    def _name(self) -> str:
        # Names come from one short series that is used again and again: that no two of them share a hash can be
        # checked once and for all, and a test does.
        if self._free:
            return self._free.pop()
        self._named += 1
        return fact_name(self._named)

    def _check(self, fact: Fact) -> None:
        for key, value in fact.items():
            if type(value) is not self._keys.get(key):
                wanted = getattr(self._keys.get(key), "__name__", "nothing")
                raise EngineError("engine-failed", f"`{key}` of a fact is {value!r}, but holds {wanted}", help=_ADVICE)


def fact_name(number: int) -> str:
    """Name of the ``number``-th fact of a session."""
    return f"f{number}"


def _drain(native: Any, handle: int, state: int) -> Iterator[tuple[str, list[Match]]]:
    """Take every match off the agenda, a batch at a time, as the library's own dispatcher does."""
    started = native.start_action_for_state(handle, state)
    batch = started[1] if started else None
    while batch:
        yield from json.loads(batch).items()
        batch = native.complete_and_start_action(handle, state)


def _never(match: Any) -> None:
    """Stands in for an action: a :class:`Session` hands matches back instead of calling anything."""


def _fit(rules: Rules) -> None:
    """Refuse what durable-rules only fails on later: many conditions, and many constants for one key (it hangs)."""
    constants: dict[str, set[str]] = {}
    for name, conditions in rules.items():
        if not 0 < len(conditions) <= MOST_CONDITIONS:
            raise EngineError(
                "engine-failed", f"rule `{name}` has {len(conditions)} conditions, not 1 to {MOST_CONDITIONS}"
            )
        for condition in conditions:
            for key, constant in _constants(list(condition.values())):
                constants.setdefault(key, set()).add(repr(constant))
    for key, values in constants.items():
        if len(values) > MOST_CONSTANTS:
            raise EngineError(
                "engine-failed", f"`{key}` is tested against {len(values)} constants, over {MOST_CONSTANTS}"
            )


def _constants(tests: Any) -> Iterator[tuple[str, int | str]]:
    """Every comparison of a key with a constant in the tests of a condition."""
    for test in tests:
        for key, value in test.items():
            if isinstance(value, (int, str)):
                yield key, value
            elif key.startswith("$"):
                yield from _constants(value if isinstance(value, list) else [value])


def available() -> str | None:
    """None where durable-rules runs, else one line that says why not and how to mend it."""
    try:
        load()
    except EngineError as error:
        problem = error.problems[0]
        return f"{problem.message}; {problem.help}"
    return None


def load() -> tuple[Any, Any]:
    """The library and its C module; raises :class:`EngineError` (``engine-unavailable``) where it does not import."""
    try:
        engine = _imported("durable.engine")
        native = import_module("durable_rules_engine")
    except ModuleNotFoundError as error:
        message, mend = f"durable-rules is not installed (no module `{error.name}`)", "`pip install durable-rules`"
    except ImportError as error:
        message = f"durable-rules does not import here ({error})"
        mend = f"build it again with `{_FLAG} pip install --no-binary :all: --force-reinstall durable-rules`"
    else:
        if all(hasattr(native, name) for name in _NEEDED):
            return engine, native
        message, mend = "this version of durable-rules is not known here", '`pip install "durable-rules==2.0.28"`'
    raise EngineError("engine-unavailable", message, help=mend)


def _imported(name: str) -> ModuleType:
    """Import a module; one that was built for an older Python once more, binding its symbols late.

    The symbol that Python 3.13 lacks belongs to a part that is never called here, so it need not be found.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError:
        raise
    except ImportError as error:
        if "PyEval_CallObject" not in str(error) or not hasattr(sys, "setdlopenflags"):
            raise
    import os

    flags = sys.getdlopenflags()
    sys.setdlopenflags(os.RTLD_LAZY)
    try:
        return import_module(name)
    finally:
        sys.setdlopenflags(flags)
