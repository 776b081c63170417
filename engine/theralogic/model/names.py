"""One way to find a thing by what people call it: id, name, alias or identifier, in any of the usual spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from theralogic.model.agents import (
    Agent,
    acting_on,
    agent_named,
    hypothetical,
    is_hypothetical,
    named,
    of_class,
    supplying,
)
from theralogic.model.errors import NotFoundError, Problem
from theralogic.model.records import Intervention, KnowledgeBase
from theralogic.model.suggestions import SEARCH, suggest, suggest_name
from theralogic.model.vocabulary import VERBS
from theralogic.model.word_forms import bracketed, fold, loose, readings, squash

__all__ = [
    "LACK",
    "SEARCH",
    "SHARED",
    "drug_id",
    "find",
    "find_all",
    "fold",
    "help_for",
    "intervention",
    "lookup",
    "plural",
    "squash",
    "suggest",
    "suggest_name",
    "which",
]

_LETTERS = {"a": "alpha", "b": "beta", "g": "gamma", "d": "delta", "e": "epsilon", "k": "kappa"}

# What follows in a name qualifies its head: "survival of T cells" is one thing, "T cells in blood" are many.
QUALIFIES = re.compile(r" (?:against|at|between|by|from|in|of|on|over|primed|that|through|to|under|with)\b.*")

LACK = "lack of entity"
"""Under this kind stand names of too little of an entity, such as anaemia; they can be asked about, not set."""

SHARED = "shared "
"""Before a kind: names that several things of it have, such as PV, with all their ids."""

MOST_TABLES = 16


class _Table(NamedTuple):
    """The names of one kind of thing under a looser form; what several things are called has no id."""

    names: Mapping[str, str]
    size: int
    form: Callable[[str], str]
    ids: Mapping[str, str]


_tables: list[_Table] = []  # made when a name is first not found as it is written, which most runs never need


def lookup(names: Mapping[str, str], text: str) -> str | None:
    """The id that ``text`` stands for, or None; a looser form or another reading counts only where one id has it."""
    found = names.get(fold(text))
    if found is not None:
        return found
    if outer_and_inner := bracketed(text):
        outer, inner = (lookup(names, part) for part in outer_and_inner)
        return _read(names, text) or (outer if outer == inner else None)
    return next((found for reading in readings(text) if (found := _read(names, reading))), None)


def _read(names: Mapping[str, str], text: str) -> str | None:
    found = names.get(fold(text))
    if found is not None:
        return found
    plain = squash(text)
    # `TNFa` is how people type TNF alpha; that reading comes late, as many a name ends in such a letter.
    greek = plain[:-1] + _LETTERS.get(plain[-1:], plain[-1:])
    squashed = _by_form(names, squash)
    return squashed.get(plain) or squashed.get(greek) or _by_form(names, loose).get(loose(text)) or None


def _by_form(names: Mapping[str, str], form: Callable[[str], str]) -> Mapping[str, str]:
    for table in _tables:
        if table.names is names and table.form is form and table.size == len(names):
            return table.ids
    ids: dict[str, str] = {}
    for name, identity in names.items():
        other = form(name)
        if other and ids.setdefault(other, identity) != identity:
            ids[other] = ""
    _tables.append(_Table(names, len(names), form, ids))
    del _tables[:-MOST_TABLES]
    return ids


def find(kb: KnowledgeBase, kind: str, text: str, *, signed: bool = False) -> str:
    """Id of the entity, disease or intervention that ``text`` names.

    A name of too little of an entity, such as anaemia, stands for that entity where it is asked about; in a ``signed``
    place, which has a level or a direction, it would turn the sense round, and is not known.

    Raises :class:`NotFoundError` (``unknown-entity``, ``unknown-disease``, ``unknown-intervention``, and
    ``ambiguous-name`` where several things are called so).
    """
    _only_one(kb, kind, text)
    found = drug_id(kb, text) if kind == "intervention" else lookup(kb.names[kind], text)
    if found is None and kind == "entity" and not signed:
        found = lookup(kb.names.get(LACK, {}), text)
    if found is None:
        raise NotFoundError(f"unknown-{kind}", f"unknown {kind} `{text[:80]}`", help=help_for(kb, kind, text))
    return found


def intervention(kb: KnowledgeBase, name: str) -> Intervention:
    """The drug called ``name``, or the hypothetical agent that such a name stands for; raises as :func:`find` does."""
    identity = find(kb, "intervention", name)
    return kb.interventions.get(identity) or hypothetical(kb, _agent(kb, identity) or Agent("", ""))


def _agent(kb: KnowledgeBase, text: str) -> Agent | None:
    return agent_named(kb, text, lambda name: lookup(kb.names["entity"], name))


def drug_id(kb: KnowledgeBase, text: str) -> str | None:
    """The drug called ``text``; for one called by what it does, the one that supplies it, or the name of an agent."""
    if found := lookup(kb.names["intervention"], text):
        return found
    agent = _agent(kb, text)
    if agent is None:
        target = lookup(kb.names["entity"], text)
        drugs = supplying(kb, target) if target else []
        return drugs[0] if len(drugs) == 1 else None
    if agent.verb == "supplies" and not is_hypothetical(text) and len(drugs := supplying(kb, agent.target)) == 1:
        return drugs[0]
    known = not is_hypothetical(text) and acting_on(kb, agent.target, VERBS[agent.verb])
    return None if known else hypothetical(kb, agent).id


def help_for(kb: KnowledgeBase, kind: str, text: str) -> str:
    """How to mend a name that nothing of this kind has.

    For a drug that is named by what it does or by its class, the drugs that are meant; else what is called nearly so.
    """
    if kind == "entity" and (lacking := lookup(kb.names.get(LACK, {}), text)):
        return f"`{text[:80]}` is too little of `{lacking}`: write that, with a level such as `low`"
    if kind != "intervention":
        return _nearly(kb, kind, text)
    if drugs := of_class(kb, text):
        return f"drugs of this class: {named(drugs)}"
    agent = _agent(kb, text)
    target = agent.target if agent else lookup(kb.names["entity"], text)
    if target is None:
        return _nearly(kb, kind, text)
    drugs = acting_on(kb, target, VERBS[agent.verb] if agent else 0)
    if agent:
        return f"what acts on {target}: {named(drugs)}; or write `{hypothetical(kb, agent).id}`"
    acting = f"what acts on {target}: {named(drugs)}; or " if drugs else ""
    return f"{acting}say what the drug does to it, as in `anti-{text[:40]}` or `recombinant {text[:40]}`"


def _nearly(kb: KnowledgeBase, kind: str, text: str) -> str:
    help = suggest_name(kb, text, kind)
    return f"the rules do not know this {kind}; see `theralogic rules list {kind}`" if help == SEARCH else help


def _only_one(kb: KnowledgeBase, kind: str, text: str) -> None:
    """Raise :class:`NotFoundError` (``ambiguous-name``) for a name that several things of this kind have."""
    shared = kb.names.get(SHARED + kind, {})
    found = shared.get(fold(text)) or _by_form(shared, loose).get(loose(text)) if shared else None
    if found:
        message = f"`{text[:80]}` may be several things"
        raise NotFoundError("ambiguous-name", message, help=which(found.split("|")))


def which(ids: Iterable[str]) -> str:
    """A help line that lists what may have been meant, each with the command that shows it."""
    return "; or ".join(f"write `{identity}` (see `theralogic rules show {identity}`)" for identity in ids)


def find_all(kb: KnowledgeBase, wanted: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Ids of many names at once, by kind, each once; raises :class:`NotFoundError` with every name not known."""
    problems: list[Problem] = []
    found: dict[str, dict[str, None]] = {kind: {} for kind in wanted}
    for kind, names in wanted.items():
        for name in names:
            try:
                found[kind][find(kb, kind, name)] = None
            except NotFoundError as error:
                problems.extend(error.problems)
    if problems:
        raise NotFoundError.of(problems)
    return {kind: tuple(ids) for kind, ids in found.items()}


def plural(name: str) -> bool:
    """Whether a name is that of several things.

    >>> plural("Th17 cells"), plural("survival of T cells"), plural("fibrosis")
    (True, False, False)
    """
    head = QUALIFIES.sub("", name)
    return head.endswith("s") and not head.endswith(("is", "ss", "us"))
