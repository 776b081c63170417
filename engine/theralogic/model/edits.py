"""The same patient, otherwise: other drugs, doses or findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from theralogic.model.context import STANDARD_DOSE, disagreements
from theralogic.model.errors import InvalidInputError, WrongOptionError, did_you_mean
from theralogic.model.levels import LEVELS
from theralogic.model.names import drug_id, find, find_all, fold, intervention
from theralogic.model.records import Arm, Case, Context, Finding, KnowledgeBase, Prescription, Teaching

USUAL_DOSES = ("low", "standard", "high")


class Changes(NamedTuple):
    """What is different: drugs by id, doses by drug id, findings by entity id, context by key."""

    add: tuple[Prescription, ...] = ()
    remove: tuple[str, ...] = ()
    replace: Mapping[str, Prescription] = MappingProxyType({})
    dose: Mapping[str, str] = MappingProxyType({})
    findings: tuple[Finding, ...] = ()
    context: Context = ()


def altered(arm: Arm, changes: Changes, *, id: str, title: str) -> Arm:
    """``arm`` with ``changes``; drugs that are not given are left alone."""
    given = [changes.replace.get(p.intervention.id, p) for p in arm.prescriptions]
    given = [p for p in given if p.intervention.id not in changes.remove]
    given += changes.add
    given = [
        p._replace(dose=changes.dose[p.intervention.id]) if p.intervention.id in changes.dose else p for p in given
    ]
    findings = {f.entity: f for f in (*arm.findings, *changes.findings)}
    context = dict(arm.context) | dict(changes.context)
    return Arm(id, title, tuple(findings[e] for e in sorted(findings)), tuple(sorted(context.items())), tuple(given))


def changes_from_words(
    kb: KnowledgeBase,
    arm: Arm,
    *,
    add: Iterable[str] = (),
    remove: Iterable[str] = (),
    replaced: Iterable[str] = (),
    levels: Iterable[str] = (),
    doses: Iterable[str] = (),
) -> Changes:
    """Changes as people type them: names, ``A=B``, ``IL6=normal``, ``tocilizumab=low``.

    Raises :class:`NotFoundError` with every name that is not known, :class:`WrongOptionError` (``bad-option``,
    ``not-given``, ``unknown-word``, ``finding-twice``, ``complex-level``) for the rest.
    """
    add, levels = list(add), list(levels)
    swaps = [pair(text) for text in replaced]
    drugs = [*add, *(new for _, new in swaps)]
    find_all(kb, {"intervention": drugs, "entity": [pair(text)[0] for text in levels]})

    def given(name: str) -> str:
        wanted = drug_id(kb, name) or name
        for prescription in (*arm.prescriptions, *added):
            if fold(prescription.intervention.id) == fold(wanted):
                return prescription.intervention.id
        names = [p.intervention.id for p in arm.prescriptions]
        help = did_you_mean(name, names) or (f"given are {', '.join(names)}" if names else "nothing is given")
        raise WrongOptionError("not-given", f"`{name[:80]}` is not given in this case", help=help)

    added = tuple(prescribed(kb, name) for name in add)
    return Changes(
        added,
        tuple(given(name) for name in remove),
        {given(old): prescribed(kb, new) for old, new in swaps},
        {(known := given(drug)): dose_of(kb, known, dose) for drug, dose in (pair(text) for text in doses)},
        _each_once(finding_from(kb, text) for text in levels),
    )


def _each_once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    found: dict[str, Finding] = {}
    for finding in findings:
        if found.setdefault(finding.entity, finding) != finding:
            message = f"`{finding.entity}` is set to two levels"
            raise WrongOptionError("finding-twice", message, help="keep one")
    return tuple(found.values())


def doses_of(kb: KnowledgeBase, drug: str) -> list[str]:
    """Doses that make a difference to a drug or to any rule, the standard one first."""
    known = kb.interventions.get(drug)
    own = [name for name, _ in known.dose] if known else []
    context = [v for m in kb.mechanisms for key, vs in (*m.where, *m.unless) if key == "dose" for v in vs]
    return list(dict.fromkeys([STANDARD_DOSE, *own, *sorted(context)]))


def dose_of(kb: KnowledgeBase, drug: str, dose: str) -> str:
    """A dose by its name, one that is usual or that the rules know.

    Raises :class:`WrongOptionError` (``unknown-word``).
    """
    known = list(dict.fromkeys([*doses_of(kb, drug), *USUAL_DOSES]))
    if fold(dose) not in known:
        help = did_you_mean(dose, known) or f"one of {', '.join(known)}"
        raise WrongOptionError("unknown-word", f"`{dose[:80]}` is not a dose of `{drug}`", help=help)
    return fold(dose)


def pair(text: str) -> tuple[str, str]:
    """``A=B`` as two names; raises :class:`WrongOptionError` (``bad-option``)."""
    left, sign, right = text.partition("=")
    if not (sign and left.strip() and right.strip()):
        raise WrongOptionError("bad-option", f"`{text[:80]}` is not of the form A=B", help="write NAME=VALUE")
    return left.strip(), right.strip()


def prescribed(kb: KnowledgeBase, name: str) -> Prescription:
    """An intervention by name, with no dose stated."""
    return Prescription(intervention(kb, name), "")


def finding_from(kb: KnowledgeBase, text: str) -> Finding:
    """``IL6=normal`` as a finding."""
    name, word = pair(text)
    entity = find(kb, "entity", name, signed=True)
    if kb.entities[entity].members:
        message = f"complex `{entity}` can't have a level"
        raise WrongOptionError("complex-level", message, help="set the levels of its members")
    if fold(word) not in LEVELS:
        help = did_you_mean(word, LEVELS) or f"one of {', '.join(LEVELS)}"
        raise WrongOptionError("unknown-word", f"`{word[:80]}` is not a level", help=help)
    return Finding(entity, LEVELS.index(fold(word)), "")


def with_arm(case: Case, arm: Arm) -> Case:
    """``case`` with one more arm."""
    if any(arm.id == other.id for other in case.arms):
        raise InvalidInputError("duplicate-id", f"arm `{arm.id}` exists already in `{case.id}`", help="rename it")
    return case._replace(arms=(*case.arms, arm))


def case_of(
    kb: KnowledgeBase, diseases: Iterable[str], drugs: Iterable[str], changes: Changes, ask: Iterable[str]
) -> Case:
    """A case without a file: diseases, drugs and what to ask, by any of their names, each once.

    Raises :class:`NotFoundError` with every name that is not known, and :class:`InvalidInputError`
    (``diseases-disagree``) as for a case from a file.
    """
    wanted = {"disease": list(diseases), "intervention": list(drugs), "entity": list(ask)}
    found = find_all(kb, wanted)
    ids, asked = found["disease"], found["entity"]
    for entity, one, other in disagreements(kb, ids, {f.entity for f in changes.findings}):
        message = f"`{other}` and `{one}` give `{entity}` different levels"
        raise InvalidInputError("diseases-disagree", message, help=f"say which level `{entity}` has")
    given = tuple(prescribed(kb, drug) for drug in found["intervention"])
    names = [kb.diseases[d].name for d in ids] or ["healthy subject"]
    title = ", ".join([*names, *(p.intervention.name for p in given)])
    base = altered(Arm("treated", title, (), (), given), changes, id="treated", title=title)
    return Case(
        id="predict",
        title=title[:1].upper() + title[1:],
        diseases=ids,
        arms=(base,),
        ask=asked,
        teaching=Teaching((), (), ()),
    )


def case_from_words(
    kb: KnowledgeBase,
    disease: str,
    drugs: Iterable[str],
    *,
    ask: Iterable[str] = (),
    levels: Iterable[str] = (),
    doses: Iterable[str] = (),
) -> Case:
    """A case without a file, all of it as people type it; raises what :func:`changes_from_words` does."""
    drugs, ask, levels = list(drugs), list(ask), list(levels)
    stated = [pair(text)[0] for text in levels]
    find_all(kb, {"disease": [disease], "intervention": drugs, "entity": [*ask, *stated]})
    case = case_of(kb, [disease], drugs, Changes(), ask)
    base = case.arms[0]
    changes = changes_from_words(kb, base, levels=levels, doses=doses)
    return case._replace(arms=(altered(base, changes, id=base.id, title=base.title),))
