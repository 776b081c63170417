"""Drugs that are named by what they do, such as ``anti-IL-22`` or ``recombinant human IL-7``.

Where the rules know drugs that do it, one of them has to be named. Where they know none, the name makes a hypothetical
agent, and the name of that agent says so wherever it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from theralogic.model.levels import STRONG
from theralogic.model.readings import loose, words
from theralogic.model.records import Action, Entity, Intervention, KnowledgeBase
from theralogic.model.vocabulary import MOST_NAMED, VERBS
from theralogic.model.word_forms import fold

HYPOTHETICAL = "hypothetical agent"

TargetOf = Callable[[str], str | None]
"""The entity that a name stands for, if any."""

_PREFIX = re.compile(r"^hypothetical ")
_LIGANDS = frozenset({"cytokine", "chemokine", "growth_factor", "hormone", "antibody", "protein", "molecule"})
_BINDABLE = frozenset({"receptor", "structure"})
_DEPLETED = frozenset({"cell", "marker"})
_WORKING = frozenset({"kinase", "enzyme", "adaptor", "transcription_factor", "gene", "signal", "process", "complex"})
_NOUNS = {  # what an agent is called, by what it does; read back, the noun says the verb
    "neutralizes": "neutraliser",
    "blocks": "blocker",
    "inhibits": "inhibitor",
    "depletes": "depleter",
    "agonizes": "agonist",
    "degrades": "degrader",
    "sequesters": "trap",
}
_AGAINST = re.compile(
    r"^(?P<target>.+?)[ -](?:(?:monoclonal )?antibody|antagonist|blockade|blocker|blocking antibody|inhibitor|"
    r"inhibition|neutrali[sz]er|neutrali[sz]ing antibody)s?$"
)
_ANTI = re.compile(
    r"^anti(?:[ -]|(?=il|tnf|ifn|cd\d|pd))(?P<target>.+?)(?: (?:monoclonal )?(?:antibody|mab|agent|drug|therapy))?$"
)
_FOR = re.compile(r"^(?P<target>.+?)[ -](?:super)?(?:agonist|activator)s?$")
_DEPLETES = re.compile(r"^(?P<target>.+?)[ -](?:depleter|depletion|depleting (?:antibody|agent))s?$")
_DEGRADES = re.compile(r"^(?P<target>.+?)[ -]degraders?$")
_TRAPS = re.compile(r"^(?P<target>.+?)[ -]traps?$")
_SUPPLIED = re.compile(r"^(?:recombinant (?:human )?|rh-?|(?:exogenous|synthetic) )(?P<target>.+)$")


class Agent(NamedTuple):
    """What a name says that a drug does: the verb, and the id of what it acts on."""

    verb: str
    target: str


def agent_named(kb: KnowledgeBase, text: str, target_of: TargetOf) -> Agent | None:
    """What a drug called ``text`` does, where its name says it and that can be done to the target."""
    for verb, name in _described(text):
        target = met_by(verb, name, target_of)
        if target and (agent := _fitting(kb, kb.entities[target], verb)):
            return agent
    return None


def met_by(verb: str, name: str, target_of: TargetOf) -> str | None:
    """The entity that a drug on ``name`` meets: a trap catches what is in solution, where the rules know that form."""
    dissolved = target_of(f"soluble {name}") if verb == "sequesters" else None
    return dissolved or target_of(name)


def _described(text: str) -> Iterator[tuple[str, str]]:
    """The verb and the target that a name may say; the verb is empty where it follows from the target."""
    form = _PREFIX.sub("", fold(text))
    for pattern, verb in (
        (_SUPPLIED, "supplies"),
        (_FOR, "agonizes"),
        (_DEPLETES, "depletes"),
        (_DEGRADES, "degrades"),
        (_TRAPS, "sequesters"),
        (_AGAINST, ""),
        (_ANTI, ""),
    ):
        if found := pattern.match(form):
            yield verb, found["target"]


def _fitting(kb: KnowledgeBase, target: Entity, verb: str) -> Agent | None:
    """The verb that this target can take; None where no drug could do that to it."""
    ligand = _is_ligand(kb, target)
    able = {
        "supplies": ligand,
        "agonizes": target.kind in ("receptor", "kinase"),
        "depletes": target.kind in _DEPLETED,
        "degrades": target.kind in _LIGANDS | _WORKING,
        "sequesters": ligand or any(_is_ligand(kb, kb.entities[member.entity]) for member in target.members),
    }
    if verb:
        return Agent(verb, target.id) if able[verb] else None
    if ligand:
        return Agent("neutralizes", target.id)
    for kinds, against in ((_BINDABLE, "blocks"), (_DEPLETED, "depletes"), (_WORKING, "inhibits")):
        if target.kind in kinds:
            return Agent(against, target.id)
    return None


def _is_ligand(kb: KnowledgeBase, target: Entity) -> bool:
    """Whether it is something in solution, or a complex made of nothing else, such as IL-23."""
    members = [kb.entities[m.entity] for m in target.members if not m.negated]
    return target.kind in _LIGANDS or (bool(members) and all(_is_ligand(kb, member) for member in members))


def _called(kb: KnowledgeBase, agent: Agent) -> str:
    """The name of a hypothetical agent: it says that it is one, and can be read back."""
    target = kb.entities[agent.target].name
    if agent.verb == "supplies":
        return f"hypothetical recombinant {target}"
    return f"hypothetical {target} {_NOUNS[agent.verb]}"


def hypothetical(kb: KnowledgeBase, name: str, target_of: TargetOf) -> Intervention:
    """The hypothetical agent with a name that :func:`drug_by_effect` gave."""
    agent = agent_named(kb, name, target_of)
    actions = (Action(agent.verb, agent.target, STRONG),) if agent else ()
    return Intervention(name, name, HYPOTHETICAL, actions=actions)


def drug_by_effect(kb: KnowledgeBase, text: str, target_of: TargetOf) -> str | None:
    """The drug that ``text`` describes: the only one that supplies it, or a hypothetical agent where none does it."""
    agent = agent_named(kb, text, target_of)
    if agent is None:
        target = target_of(text)
        drugs = supplying(kb, target) if target else []
        return drugs[0] if len(drugs) == 1 else None
    if not _PREFIX.match(fold(text)):
        if agent.verb == "supplies" and len(drugs := supplying(kb, agent.target)) == 1:
            return drugs[0]
        if acting_on(kb, agent.target, VERBS[agent.verb]):
            return None
    return _called(kb, agent)


def drugs_meant(kb: KnowledgeBase, text: str, targets_of: Callable[[str], Sequence[str]]) -> str:
    """Help for a drug that is named by its class or by what it does, where the rules know several; else empty."""
    if drugs := of_class(kb, text):
        return f"drugs of this class: {_listed(drugs)}"
    for verb, name in _described(text):
        if targets := targets_of(name):
            return _acting_so(kb, verb, targets)
    if targets := targets_of(text):
        drugs = sorted({drug for target in targets for drug in acting_on(kb, target)})
        acting = f"what acts on {' or '.join(targets)}: {_listed(drugs)}; or " if drugs else ""
        return f"{acting}say what the drug does to it, as in `anti-{text[:40]}` or `recombinant {text[:40]}`"
    return ""


def _acting_so(kb: KnowledgeBase, verb: str, targets: Sequence[str]) -> str:
    """The drugs that do this to one of ``targets``, and the hypothetical agents that would."""
    agents = [agent for target in targets if (agent := _fitting(kb, kb.entities[target], verb))]
    drugs = sorted({drug for agent in agents for drug in acting_on(kb, agent.target, VERBS[agent.verb])})
    help = [f"what acts on {' or '.join(targets)}: {_listed(drugs)}"] if drugs else []
    return "; or ".join([*help, *(f"write `{_called(kb, agent)}`" for agent in agents)])


def acting_on(kb: KnowledgeBase, target: str, sign: int = 0) -> list[str]:
    """Drugs of the rules that act on an entity or a part of it; with a ``sign``, those that do so in this direction."""
    parts = [target]
    for part in parts:
        if _is_ligand(kb, kb.entities[part]):
            parts += [member.entity for member in kb.entities[part].members]

    def does(action: Action) -> bool:
        return action.target in parts and VERBS[action.verb] * sign >= 0

    return sorted(d.id for d in kb.interventions.values() if any(map(does, d.actions)))


def supplying(kb: KnowledgeBase, target: str) -> list[str]:
    """Drugs of the rules that supply an entity and do nothing else."""
    only = [("supplies", target)]
    return sorted(d.id for d in kb.interventions.values() if [(a.verb, a.target) for a in d.actions] == only)


def of_class(kb: KnowledgeBase, text: str) -> list[str]:
    """Drugs of the rules whose class is called ``text``, or by all words of it, where it has several."""
    form, wanted = loose(text), set(words(text))
    drugs = kb.interventions.values()
    exact = sorted(d.id for d in drugs if form and loose(d.drug_class) == form)
    return exact or sorted(d.id for d in drugs if len(wanted) > 1 and wanted.issubset(words(d.drug_class)))


def _listed(drugs: list[str]) -> str:
    """The first few drugs of a long list, and how many more."""
    more = f" and {len(drugs) - MOST_NAMED} more" if len(drugs) > MOST_NAMED else ""
    return f"{', '.join(drugs[:MOST_NAMED])}{more}"
