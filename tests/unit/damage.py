"""Random damage to a saved result: one value changed, dropped, doubled, added or exchanged with its neighbour.

Whatever takes the place of a value is of the same kind, taken from where the same key occurs in this result or from
the words of the language, so that what a reader would stumble over is left to the reader, and the checker gets
results that look right.
"""

from __future__ import annotations

import copy
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from theralogic.model.levels import CERTAINTIES, LEVELS, ONSETS, STRENGTHS
from theralogic.model.vocabulary import LIMITS, REASONS, VERBS

Path = tuple[str | int, ...]
WORDS: dict[str, tuple[Any, ...]] = {
    "direction": ("increases", "decreases", "ambiguous", "no_effect"),
    "strength": STRENGTHS[1:],
    "potency": STRENGTHS[1:],
    "certainty": CERTAINTIES,
    "onset": ONSETS,
    "by": (None, *ONSETS),
    "kind": (None, "additive", "redundant", "opposing", "gated_off", "enabling", "undetermined", *REASONS, *LIMITS),
    "how": (None, "rules", "gate", "cancel", "together", "shared", "either", "stronger"),
    "verb": tuple(VERBS),
    "levels": LEVELS,
    "findings": LEVELS,
}
UNTOLD = ("engine",)
"""What no damage is done to: both engines must give the same result, so which one did is nobody's claim."""


def damages(data: Any, rng: random.Random) -> Iterator[tuple[Path, Any]]:
    """Copies of ``data`` with one thing wrong each, and where; without end."""
    text = json.dumps(data)
    pools = _pools(data)
    places: dict[Path, list[Path]] = defaultdict(list)
    for path in paths(data):
        if path and path[0] not in UNTOLD:
            places[tuple(key for key in path if isinstance(key, str))].append(path)
    everywhere = [path for some in places.values() for path in some]
    while True:
        # Half of the damage anywhere, which is mostly in votes; half in every kind of place alike.
        path = rng.choice(rng.choice((everywhere, places[rng.choice(list(places))])))
        other = json.loads(text)
        holder = _at(other, path[:-1])
        rng.choice((_change, _change, _change, _drop, _double, _exchange))(holder, path, pools, rng)
        if other != data:
            yield path, other


def paths(data: Any, here: Path = ()) -> Iterator[Path]:
    """Every place in a JSON value, containers included."""
    yield here
    items: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield from paths(value, (*here, key))


def _at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def _kind(path: Path) -> str:
    """The nearest key that is no place in a list: what a value is."""
    names = [key for key in path if isinstance(key, str)]
    return names[-2] if len(names) > 1 and names[-2] in ("levels", "findings") else names[-1]


def _pools(data: Any) -> dict[str, list[Any]]:
    """Plausible values by kind: those of the language and those that occur."""
    pools: dict[str, list[Any]] = defaultdict(list)
    for path in paths(data):
        if path:
            pools[_kind(path)].append(_at(data, path))
    for kind, words in WORDS.items():
        pools[kind] += words
    return pools


def _change(holder: Any, path: Path, pools: dict[str, list[Any]], rng: random.Random) -> None:
    key, value = path[-1], holder[path[-1]]
    kinds = (type(value), type(None)) if value is None or isinstance(value, str) else (type(value),)
    choices = [v for v in pools[_kind(path)] if v != value and isinstance(v, kinds)]
    if isinstance(value, int):
        choices = [max(0, value - 1), value + 1, rng.randrange(9)]
    if isinstance(value, str):
        choices.append(_misspelt(value, rng))
    if choices:
        holder[key] = copy.deepcopy(rng.choice(choices))


def _misspelt(text: str, rng: random.Random) -> str:
    words = text.split()
    if len(words) > 1:
        at = rng.randrange(len(words))
        words[at] = rng.choice(("not", "hardly", words[at] + "s"))
        return " ".join(words)
    return text + rng.choice(("x", " "))


def _drop(holder: Any, path: Path, pools: dict[str, list[Any]], rng: random.Random) -> None:
    del holder[path[-1]]


def _double(holder: Any, path: Path, pools: dict[str, list[Any]], rng: random.Random) -> None:
    value = copy.deepcopy(holder[path[-1]])
    if isinstance(holder, list):
        holder.insert(rng.randrange(len(holder) + 1), value)
    else:
        holder[f"{path[-1]}-2"] = value


def _exchange(holder: Any, path: Path, pools: dict[str, list[Any]], rng: random.Random) -> None:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    other = rng.choice(keys)
    if type(holder[other]) is type(holder[path[-1]]):
        holder[other], holder[path[-1]] = holder[path[-1]], holder[other]
