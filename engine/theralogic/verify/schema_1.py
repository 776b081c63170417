"""Results of the schema before this one, which had sentences where there is data now.

What can be read off them is read. Their sentences are not: of a reason only its kind is known, and nothing of what
opposes a change or of how drugs combine. That much is then neither expected nor checked, and who shows a verdict
says so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from theralogic.model.result import SCHEMA_1, Answer, Contrast, Reason, Result

T = TypeVar("T")
Change = Callable[[Any], Any]
NONE = type(None)
NOT_CHECKED = "this result has the schema of an earlier version: its sentences are not checked, all else is"


class NotSchema1(Exception):
    """Something in data of schema 1 does not have the form of that schema."""


def from_schema_1(data: Any) -> Any:
    """Plain data of a result of schema 1 in the form of schema 2; anything else as it is.

    Raises :class:`NotSchema1` where a row has not the fields that are replaced; what else is wrong is left for the
    reader to refuse.
    """
    if not isinstance(data, dict) or data.get("schema") != SCHEMA_1:
        return data
    return _with(
        data,
        answers=_rows(_answer),
        worlds=_values(_world),
        arms=_values(
            lambda arm: _with(arm, answers=_rows(_answer), worlds=_values(_world), versus_treated=_rows(_row))
        ),
        cautions=_rows(_caution),
        context=lambda context: _with(context, arms=_values(_arm)),
    )


def stated_as(result: Result) -> Callable[[T], T]:
    """What an answer or a comparison can state in a result of this schema."""
    return _kind_only if result.schema == SCHEMA_1 else lambda value: value


def _kind_only(value: Any) -> Any:
    if isinstance(value, Answer):
        reason = value.reason and Reason(value.reason.kind, "", "", "", (), None, False)
        return value._replace(reason=reason, opposed_by=())
    assert isinstance(value, Contrast)
    return value._replace(how=None, by=(), against=())


def _with(data: Any, **changes: Change) -> Any:
    """A mapping with some of its values changed; what is none is left for the reader to refuse."""
    if not isinstance(data, dict):
        return data
    return {key: changes[key](value) if key in changes else value for key, value in data.items()}


def _rows(change: Change) -> Change:
    return lambda rows: [change(row) for row in rows] if isinstance(rows, list) else rows


def _values(change: Change) -> Change:
    return lambda data: {key: change(value) for key, value in data.items()} if isinstance(data, dict) else data


def _text(data: Any, name: str, *kinds: type) -> Any:
    """The value of a row that is text, or of another of ``kinds``."""
    value = data[name] if name in data else _refuse(f"a row lacks `{name}`")
    return value if isinstance(value, (str, *kinds)) else _refuse(f"`{name}` must be text")


def _refuse(what: str) -> Any:
    raise NotSchema1(what)


def _instead(row: dict[str, Any], gone: str, **new: Any) -> Any:
    """A row with new keys instead of the sentence ``gone``."""
    _text(row, gone, NONE)
    early = next((key for key in new if key in row and key != "reason"), None)
    if early:
        _refuse(f"a row has `{early}` already")
    return {key: value for key, value in row.items() if key != gone} | new


def _answer(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    kind = _text(row, "reason", NONE)
    reason = None
    if kind is not None:
        reason = {
            "kind": kind,
            "entity": "",
            "source": "",
            "rule": "",
            "by": [],
            "strength": None,
            "scarce": False,
            "against": [],
        }
    return _instead(row, "detail", reason=reason, opposed_by=[])


def _row(row: Any) -> Any:
    return _instead(row, "detail", how=None, by=[], against=[]) if isinstance(row, dict) else row


def _caution(row: Any) -> Any:
    if not isinstance(row, dict):
        return row
    if "target" in row:
        _refuse("a row has `target` already")
    kind, _, target = _text(row, "id").partition(":")
    if kind != "opposing-actions":
        return {**row, "target": ""}
    for sentence in ("say", "because"):
        _text(row, sentence)
    return {**row, "say": "", "because": "", "target": target}


def _world(world: Any) -> Any:
    return _with(world, changes=_rows(lambda row: _with(row, limits=_rows(_limit))))


def _arm(arm: Any) -> Any:
    return _with(arm, interventions=_rows(lambda drug: _with(drug, actions=_rows(lambda a: _with(a, limit=_limit)))))


def _limit(text: Any) -> Any:
    """``redundant: TNF`` as a kind and what did it; no text is no limit."""
    if not isinstance(text, str):
        _refuse("a limit must be text")
    kind, _, by = text.partition(": ")
    return {"kind": kind, "by": by} if text else None
