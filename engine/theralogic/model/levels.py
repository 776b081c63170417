"""The level tables: the only numbers in the semantics, and all that engines and checker share.

Directions are ``+1`` (increases), ``-1`` (decreases) and ``0`` (ambiguous); strengths are ranks
``0`` none, ``1`` weak, ``2`` moderate, ``3`` strong. Small integers, because every engine compares them.
"""

from __future__ import annotations

LEVELS = ("absent", "low", "normal", "elevated", "high")
STRENGTHS = ("none", "weak", "moderate", "strong")
ONSETS = ("minutes", "hours", "days", "weeks")
CERTAINTIES = ("ambiguous", "contested", "outweighed", "unopposed", "given")

ABSENT, LOW, NORMAL, ELEVATED, HIGH = range(5)
NONE, WEAK, MODERATE, STRONG = range(4)
RISES, FALLS, AMBIGUOUS = 1, -1, 0

DIRECTIONS = {RISES: "increases", FALLS: "decreases", AMBIGUOUS: "ambiguous"}

_TO_LOSE = {
    False: (0, 1, 1, 2, 3),  # inducible: little to lose at rest
    True: (0, 2, 3, 3, 3),  # constitutive: fully there at rest
}
_ROOM = (3, 3, 3, 3, 2)


def to_lose(level: int, *, constitutive: bool) -> int:
    """How far an entity at ``level`` can fall (0 to 3).

    >>> to_lose(NORMAL, constitutive=False), to_lose(NORMAL, constitutive=True)
    (1, 3)
    """
    return _TO_LOSE[constitutive][level]


def room(level: int) -> int:
    """How far an entity at ``level`` can rise (2 or 3)."""
    return _ROOM[level]


def complex_room(loss: int) -> int:
    """Room of a complex, which has no level of its own, from its ``to_lose``."""
    return 2 if loss == STRONG else 3


def given_strength(level: int, healthy: int) -> int:
    """Strength with which a given level acts: one step from the healthy level moderate, two or more strong.

    >>> given_strength(HIGH, NORMAL), given_strength(ELEVATED, NORMAL), given_strength(LOW, LOW)
    (3, 2, 0)
    """
    return (NONE, MODERATE, STRONG)[min(abs(level - healthy), 2)]


def level_after(healthy: int, direction: int, strength: int) -> int:
    """Level of a derived entity in the untreated world.

    >>> level_after(NORMAL, RISES, MODERATE) == ELEVATED, level_after(ABSENT, RISES, WEAK) == LOW
    (True, True)
    """
    if direction == RISES:
        return max(healthy, (healthy, LOW, ELEVATED, HIGH)[strength])
    if direction == FALLS and strength >= MODERATE:
        return min(healthy, LOW)
    return healthy
