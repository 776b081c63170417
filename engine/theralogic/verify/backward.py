"""Looking back over rules for the first place where something holds, nearest first, then by id.

A walk that finds nothing has seen all that leads to where it began. Those places are not entered again, so that all
walks that find nothing take together as long as one over the whole rule base.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from theralogic.model.lazydict import LazyDict
from theralogic.model.records import Entity, Mechanism

T = TypeVar("T")


class CheckedLink(NamedTuple):
    """One way to act on an entity: a mechanism, or being a member of its gate (no mechanism)."""

    rule: str
    source: str
    mechanism: Mechanism | None


class Backward:
    """The ways back over some rules; always asked the same question, whose answer is kept where it is no."""

    def __init__(self, entities: Mapping[str, Entity], into: Mapping[str, Iterable[Mechanism]]) -> None:
        self.visited = 0
        self._nothing: set[str] = set()
        self._links: LazyDict[str, list[CheckedLink]] = LazyDict(lambda target: _links(entities, into, target))

    def first(
        self,
        entity: str,
        *,
        pinned: Callable[[str], T | None],
        along: Callable[[str, CheckedLink], T | None],
    ) -> T | None:
        """What is found first at an entity (``pinned``) or on a link into it (``along``), from ``entity`` backward."""
        queue, seen = [] if entity in self._nothing else [entity], {entity}
        for node in queue:
            self.visited += 1
            found = pinned(node)
            if found is not None:
                return found
            for link in self._links[node]:
                found = along(node, link)
                if found is not None:
                    return found
            new = {link.source for link in self._links[node]} - seen
            seen |= new
            queue += sorted(new - self._nothing)
        self._nothing.update(queue)
        return None


def _links(entities: Mapping[str, Entity], into: Mapping[str, Iterable[Mechanism]], target: str) -> list[CheckedLink]:
    """Everything that acts on an entity, by rule and source."""
    found = [CheckedLink(rule.id, rule.subject, rule) for rule in into.get(target, ())]
    found += [CheckedLink(target, member.entity, None) for member in entities[target].members]
    return sorted(found, key=lambda link: (link.rule, link.source))
