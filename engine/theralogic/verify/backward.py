"""Looking back over rules for the first place where something holds, nearest first, then by id.

Only what is on the way is looked at: what could move the entity asked about by the strengths and
needs of the rules between. What leads to each place is laid out once for all walks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, TypeVar

from theralogic.model.lazydict import LazyDict
from theralogic.model.levels import WEAK
from theralogic.model.records import Entity, Mechanism

T = TypeVar("T")


class CheckedLink(NamedTuple):
    """One way to act on an entity: a mechanism, or being a member of its gate (no mechanism)."""

    rule: str
    source: str
    mechanism: Mechanism | None


class Backward:
    """The ways back over some rules, as far as ``most`` links from where they begin."""

    def __init__(self, entities: Mapping[str, Entity], into: Mapping[str, Iterable[Mechanism]], most: int) -> None:
        self.visited = 0
        self._most = most
        self._links: LazyDict[str, list[CheckedLink]] = LazyDict(lambda target: _links(entities, into, target))
        self._before: LazyDict[tuple[str, int], dict[str, int]] = LazyDict(self._causes)

    def first(
        self,
        entity: str,
        among: Collection[str],
        *,
        pinned: Callable[[str], T | None],
        along: Callable[[str, CheckedLink], T | None],
    ) -> T | None:
        """What is found first at an entity (``pinned``) or on a link into it (``along``), from ``entity`` backward.

        Only entities ``among`` these can hold anything.
        """
        wanted = {entity: WEAK}
        level = [entity]
        for _ in range(self._most + 1):
            self.visited += len(level)
            for node in level:
                found = self._at(node, pinned, along) if node in among else None
                if found is not None:
                    return found
            new: dict[str, int] = {}
            for node in level:
                for source, least in self._before[node, wanted[node]].items():
                    if source not in wanted:
                        new[source] = min(least, new.get(source, least))
            wanted.update(new)
            level = sorted(new)
        return None

    def _at(
        self, node: str, pinned: Callable[[str], T | None], along: Callable[[str, CheckedLink], T | None]
    ) -> T | None:
        found = pinned(node)
        for link in self._links[node]:
            if found is not None:
                break
            found = along(node, link)
        return found

    def _causes(self, at: tuple[str, int]) -> dict[str, int]:
        """What could move an entity with at least a strength, and how strongly each would have to change itself."""
        node, wanted = at
        found: dict[str, int] = {}
        for link in self._links[node]:
            rule = link.mechanism
            if rule is None or rule.strength >= wanted:
                least = max(wanted, rule.needs) if rule else wanted
                found[link.source] = min(least, found.get(link.source, least))
        return found


def _links(entities: Mapping[str, Entity], into: Mapping[str, Iterable[Mechanism]], target: str) -> list[CheckedLink]:
    """Everything that acts on an entity, by rule and source."""
    found = [CheckedLink(rule.id, rule.subject, rule) for rule in into.get(target, ())]
    found += [CheckedLink(target, member.entity, None) for member in entities[target].members]
    return sorted(found, key=lambda link: (link.rule, link.source))
