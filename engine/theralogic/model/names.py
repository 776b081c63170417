"""One way to find a thing by what people call it: id, name, alias or identifier, in any of the usual spellings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from theralogic.model.errors import NotFoundError, Problem, Problems
from theralogic.model.records import Intervention, KnowledgeBase
from theralogic.model.safe_text import quoted
from theralogic.model.word_forms import fold, squash

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
    "not_found",
    "plural",
    "squash",
    "suggest",
    "suggest_name",
    "which",
]

# What follows in a name qualifies its head: "survival of T cells" is one thing, "T cells in blood" are many.
QUALIFIES = re.compile(r" (?:against|at|between|by|from|in|of|on|over|primed|that|through|to|under|with)\b.*")

SEARCH = "the rules do not know this name; see `theralogic rules search TEXT`"

LACK = "lack of entity"
"""Under this kind stand names of too little of an entity, such as anaemia; they can be asked about, not set."""

SHARED = "shared "
"""Before a kind: names that several things of it have, such as PV, with all their ids."""


_ARTICLES = {"disease": "a", "intervention": "an", "entity": "an"}


def lookup(names: Mapping[str, str], text: str) -> str | None:
    """The id that ``text`` stands for, or None; a looser form or another reading counts only where one id has it."""
    found = names.get(fold(text))
    if found is not None:
        return found
    from theralogic.model.readings import looser  # most names are written as they are in the rules

    return looser(names, text)


def find(kb: KnowledgeBase, kind: str, text: str, *, signed: bool = False, problems: Problems | None = None) -> str:
    """Id of the entity, disease or intervention that ``text`` names.

    A name of too little of an entity, such as anaemia, stands for that entity where it is asked about; in a ``signed``
    place, which has a level or a direction, it would turn the sense round, and is not known. ``problems`` are those
    that have been met before this one.

    Raises :class:`NotFoundError` (``unknown-entity``, ``unknown-disease``, ``unknown-intervention``, and
    ``ambiguous-name`` where several things are called so).
    """
    known = kb.names[kind].get(fold(text))
    if known is not None:
        return known
    _only_one(kb, kind, text)
    found = drug_id(kb, text) if kind == "intervention" else lookup(kb.names[kind], text)
    if found is None and kind == "entity" and not signed:
        found = lookup(kb.names.get(LACK, {}), text)
    if found is None:
        raise NotFoundError.of([not_found(kb, kind, text, Problems() if problems is None else problems)])
    return found


def not_found(kb: KnowledgeBase, kind: str, text: str, problems: Problems) -> Problem:
    """That nothing is called ``text``, as the next of ``problems``: only the first of them get a suggestion."""
    help = problems.suggestion(lambda: help_for(kb, kind, text)) or SEARCH
    return Problem(f"unknown-{kind}", f"unknown {kind} {quoted(text)}", help=help)


def intervention(kb: KnowledgeBase, name: str) -> Intervention:
    """The drug called ``name``, or the hypothetical agent that such a name stands for; raises as :func:`find` does."""
    identity = find(kb, "intervention", name)
    known = kb.interventions.get(identity)
    if known is None:
        from theralogic.model.agents import hypothetical

        return hypothetical(kb, identity, _entity_called(kb))
    return known


def drug_id(kb: KnowledgeBase, text: str) -> str | None:
    """The drug called ``text``; for one called by what it does, the one that supplies it, or the name of an agent."""
    if found := lookup(kb.names["intervention"], text):
        return found
    from theralogic.model.agents import drug_by_effect

    return drug_by_effect(kb, text, _entity_called(kb))


def _entity_called(kb: KnowledgeBase) -> Callable[[str], str | None]:
    return lambda name: lookup(kb.names["entity"], name)


def _entities_called(kb: KnowledgeBase, name: str) -> list[str]:
    """The entity called ``name``, or those that share it."""
    found = lookup(kb.names["entity"], name) or _shared(kb, "entity", name)
    return found.split("|") if found else []


def help_for(kb: KnowledgeBase, kind: str, text: str) -> str:
    """How to mend a name that nothing of this kind has.

    For a drug that is named by what it does or by its class, the drugs that are meant; else what is called nearly so.
    """
    if kind == "entity" and (lacking := lookup(kb.names.get(LACK, {}), text)):
        return f"`{text[:80]}` is too little of `{lacking}`: write that, with a level such as `low`"
    # Whoever names a target in the place of a drug means the drugs on it.
    others = ["disease"] if kind == "intervention" else [other for other in _ARTICLES if other != kind]
    for other in others:
        if found := lookup(kb.names[other], text):
            return f"`{text[:80]}` names the {other} `{found}`; a name of {_ARTICLES[kind]} {kind} belongs here"
    if kind == "intervention":
        from theralogic.model.agents import drugs_meant

        if meant := drugs_meant(kb, text, lambda name: _entities_called(kb, name)):
            return meant
    help = suggest_name(kb, text, kind)
    return f"the rules do not know this {kind}; see `theralogic rules list {kind}`" if help == SEARCH else help


def suggest(names: Iterable[str], text: str) -> str:
    """A help line for a name that was not found among ``names``."""
    from theralogic.model.suggestions import listed, nearest_names

    near = nearest_names(names, text)
    return f"did you mean {listed(near)}?" if near else SEARCH


def suggest_name(kb: KnowledgeBase, text: str, *kinds: str) -> str:
    """A help line for a name that no entity, disease or intervention has; the nearest is shown as it is written."""
    from theralogic.model.suggestions import nearest_things

    return nearest_things(kb, text, kinds) or SEARCH


def _only_one(kb: KnowledgeBase, kind: str, text: str) -> None:
    """Raise :class:`NotFoundError` (``ambiguous-name``) for a name that several things of this kind have."""
    if found := _shared(kb, kind, text):
        message = f"`{text[:80]}` may be several things"
        raise NotFoundError("ambiguous-name", message, help=which(found.split("|")))


def _shared(kb: KnowledgeBase, kind: str, text: str) -> str | None:
    from theralogic.model.readings import in_any_form

    return in_any_form(kb.names.get(SHARED + kind, {}), text)


def which(ids: Iterable[str]) -> str:
    """A help line that lists what may have been meant, each with the command that shows it."""
    return "; or ".join(f"write `{identity}` (see `theralogic rules show {identity}`)" for identity in ids)


def find_all(kb: KnowledgeBase, wanted: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Ids of many names at once, by kind, each once; raises :class:`NotFoundError` with every name not known."""
    problems = Problems()
    found: dict[str, dict[str, None]] = {kind: {} for kind in wanted}
    for kind, names in wanted.items():
        for name in names:
            try:
                found[kind][find(kb, kind, name, problems=problems)] = None
            except NotFoundError as error:
                problems.append(error.problems[0])
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
