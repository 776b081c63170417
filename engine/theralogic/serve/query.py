"""A question as an address: read with every name checked, written back in one canonical form, turned into a case.

The keys are those of the command line (``give``, ``dose``, ``set``, ``ask``, ``by``), so who knows one knows the other.
A form sends more than it means (empty fields, levels left as they are): reading drops that, and writing gives the
short address that the browser is sent on to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import quote

from theralogic.model.context import STANDARD_DOSE
from theralogic.model.edits import Changes, altered, case_of, dose_of, finding_from, pair, prescribed
from theralogic.model.errors import InvalidInputError, NotFoundError, WrongOptionError, did_you_mean
from theralogic.model.levels import LEVELS, ONSETS
from theralogic.model.names import drug_id, find, find_all, fold
from theralogic.model.records import Arm, Case, Finding, KnowledgeBase, Prescription

KEYS = ("case", "disease", "arm", "give", "dose", "set", "entity", "level", "ask", "by", "way")
TRACKING = re.compile(r"utm_\w+|fbclid|gclid|msclkid|mc_[ce]id")
MOST_VALUES = 200
MOST_DISEASES = 4
MOST_DRUGS = 12
MOST_LEVELS = 30
MOST_ASKED = 30
MOST_WAYS = 4
WHAT_IF = "what-if"

Pairs = Sequence[tuple[str, str]]
T = TypeVar("T")


class Query(NamedTuple):
    """A question whose names are all ids: a case or diseases, and what differs; ``give`` None is as written.

    ``ways`` are entities of which ways out are asked: what would let an effect through to them.
    """

    case: str = ""
    diseases: tuple[str, ...] = ()
    arm: str = "treated"
    give: tuple[str, ...] | None = None
    doses: tuple[tuple[str, str], ...] = ()
    levels: tuple[tuple[str, str], ...] = ()
    ask: tuple[str, ...] = ()
    by: str = ""
    ways: tuple[str, ...] = ()


def read(kb: KnowledgeBase, case: Case | None, pairs: Pairs) -> Query:
    """The question in the keys and values of an address; ``case`` is what the rest is about.

    Raises :class:`InvalidInputError` (``unknown-key``, ``too-many``, ``unknown-word``, ...) and
    :class:`NotFoundError` for names.
    """
    values: dict[str, list[str]] = {key: [] for key in KEYS}
    for key, value in pairs:
        if TRACKING.fullmatch(key):
            continue  # added by whoever mailed the link
        if key not in values:
            help = did_you_mean(key, KEYS) or f"one of {', '.join(KEYS)}"
            raise InvalidInputError("unknown-key", f"unknown key `{key[:80]}`", help=help)
        values[key].append(value.strip())

    def filled(key: str) -> list[str]:
        return [value for value in values[key] if value]

    _all_known(kb, case, {key: filled(key) for key in KEYS})
    diseases = tuple(find(kb, "disease", name) for name in filled("disease"))
    if case and diseases:
        raise InvalidInputError("bad-option", "a case has its own disease", help="leave `disease` out")
    base = _arm(case, values["arm"])
    # A form always sends `give`, if only as an empty field: then what is not ticked is not given.
    give = tuple(_drug(kb, case, name) for name in filled("give")) if values["give"] else None
    given = [p.intervention.id for p in base.prescriptions] if give is None else list(give)
    doses = {}
    for text in filled("dose"):
        drug, dose = pair(text)
        drug = _drug(kb, case, drug)
        if drug in given:  # a drug taken away leaves its dose behind in a form
            doses[drug] = dose_of(kb, drug, dose)
    asked = Query(
        case=case.id if case else "",
        diseases=_few(diseases, MOST_DISEASES, "diseases"),
        arm=base.id,
        give=None if give is None else _few(give, MOST_DRUGS, "drugs"),
        doses=tuple(sorted(doses.items())),
        levels=_levels(kb, values),
        ask=_few([find(kb, "entity", name) for name in filled("ask")], MOST_ASKED, "entities to ask about"),
        by=_by(values["by"]),
        ways=_few([find(kb, "entity", name) for name in filled("way")], MOST_WAYS, "ways"),
    )
    return _without_idle(asked, base)


def query(asked: Query) -> str:
    """The question as the part of an address after ``?``, without its case; empty where nothing differs.

    >>> query(Query(give=("tocilizumab",), levels=(("IL6", "normal"),)))
    'give=tocilizumab&set=IL6=normal'
    """
    found = [("disease", d) for d in asked.diseases]
    found += [("arm", asked.arm)] if asked.arm != "treated" else []
    found += [("give", drug) for drug in asked.give or ()] if asked.give is not None else []
    found += [("give", "")] if asked.give == () and asked.case else []
    found += [("dose", f"{drug}={dose}") for drug, dose in asked.doses]
    found += [("set", f"{entity}={level}") for entity, level in asked.levels]
    found += [("ask", entity) for entity in asked.ask]
    found += [("by", asked.by)] if asked.by else []
    found += [("way", entity) for entity in asked.ways]
    return "&".join(f"{key}={quote(value, safe='=')}" for key, value in found)


def changed(asked: Query) -> bool:
    """Whether the patient differs from the case as written."""
    return bool(asked.case) and asked._replace(ask=(), by="", ways=()) != Query(asked.case)


def to_case(kb: KnowledgeBase, case: Case | None, asked: Query) -> Case:
    """The case to reason about: as written, then, where something differs, the patient that was asked about."""
    if case is None:
        return case_of(kb, asked.diseases, asked.give or (), _changes(kb, asked), asked.ask)
    base = case.arms[0]
    ask = tuple(dict.fromkeys([*case.ask, *asked.ask]))
    if not changed(asked):
        return case._replace(arms=(base,), ask=ask)
    start = next(arm for arm in case.arms if arm.id == asked.arm)
    return case._replace(arms=(base, _patient(kb, case, start, asked)), ask=ask)


def by_rank(asked: Query) -> int:
    """Rank of the onset that is asked for, -1 for all."""
    return ONSETS.index(asked.by) if asked.by else -1


def own_drugs(case: Case | None) -> dict[str, Prescription]:
    """What the arms of a case give, its hypothetical agents too, by id."""
    arms = case.arms if case else ()
    return {p.intervention.id: p for arm in arms for p in arm.prescriptions}


def _changes(kb: KnowledgeBase, asked: Query) -> Changes:
    findings = tuple(finding_from(kb, f"{entity}={level}") for entity, level in asked.levels)
    return Changes(dose=dict(asked.doses), findings=findings)


def _patient(kb: KnowledgeBase, case: Case, start: Arm, asked: Query) -> Arm:
    own = {p.intervention.id: p for p in start.prescriptions}
    elsewhere = {drug: p._replace(dose="") for drug, p in own_drugs(case).items()}
    given = start.prescriptions
    if asked.give is not None:
        given = tuple(own.get(drug) or elsewhere.get(drug) or prescribed(kb, drug) for drug in asked.give)
    start = start._replace(prescriptions=given)
    return altered(start, _changes(kb, asked), id=WHAT_IF, title="as changed")


def _arm(case: Case | None, names: Sequence[str]) -> Arm:
    name = next((name for name in reversed(names) if name), "treated")
    arms = {arm.id: arm for arm in case.arms} if case else {"treated": Arm("treated", "", (), (), ())}
    if name not in arms:
        help = did_you_mean(name, arms) or f"arms are {', '.join(arms)}"
        raise NotFoundError("unknown-arm", f"unknown arm `{name[:80]}`", help=help)
    return arms[name]


def _all_known(kb: KnowledgeBase, case: Case | None, filled: dict[str, list[str]]) -> None:
    """Stop at names that nobody knows, with all of them: who mistypes two need not come back twice."""

    def left(key: str) -> list[str]:
        return [name for text in filled[key] if "=" in text and (name := text.partition("=")[0].strip())]

    own = {fold(drug) for drug in own_drugs(case)}
    drugs = [drug for drug in (*filled["give"], *left("dose")) if fold(drug) not in own]
    entities = [*left("set"), *filled["ask"], *filled["way"]]
    find_all(kb, {"disease": filled["disease"], "intervention": drugs, "entity": entities})


def _drug(kb: KnowledgeBase, case: Case | None, name: str) -> str:
    own = {fold(drug): drug for drug in own_drugs(case)}
    return drug_id(kb, name) or own.get(fold(name)) or find(kb, "intervention", name)


def _levels(kb: KnowledgeBase, values: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    """Levels by entity, each once as on the command line; a new one comes in two fields, and then it counts."""
    found: dict[str, Finding] = {}
    for text in filter(None, values["set"]):
        finding = finding_from(kb, text)
        if found.setdefault(finding.entity, finding) != finding:
            raise WrongOptionError("finding-twice", f"`{finding.entity}` is set to two levels", help="keep one")
    for entity, level in zip(values["entity"], values["level"], strict=False):
        if entity and level:
            finding = finding_from(kb, f"{entity}={level}")
            found[finding.entity] = finding
    _few(list(found), MOST_LEVELS, "levels")
    return tuple(sorted((f.entity, LEVELS[f.level]) for f in found.values()))


def _by(words: Sequence[str]) -> str:
    word = next((word for word in reversed(words) if word), "")
    if word and fold(word) not in ONSETS:
        help = did_you_mean(word, ONSETS) or f"one of {', '.join(ONSETS)}"
        raise InvalidInputError("unknown-word", f"`{word[:80]}` is not an onset", help=help)
    return fold(word)


def _few(items: Sequence[T], most: int, what: str) -> tuple[T, ...]:
    """``items``, each once; raises :class:`InvalidInputError` (``too-many``)."""
    once = tuple(dict.fromkeys(items))
    if len(once) > most:
        raise InvalidInputError("too-many", f"{len(once)} {what}, at most {most}", help="leave some out")
    return once


def _without_idle(asked: Query, base: Arm) -> Query:
    """The same question without what changes nothing: the base's own drugs, doses and levels said again."""
    written = {p.intervention.id: p.dose or STANDARD_DOSE for p in base.prescriptions}
    give = asked.give
    if give is not None and (set(give) == set(written) if asked.case else not give):
        give = None
    doses = tuple((d, dose) for d, dose in asked.doses if dose != written.get(d, STANDARD_DOSE))
    found = {f.entity: LEVELS[f.level] for f in base.findings}
    levels = tuple((e, level) for e, level in asked.levels if found.get(e) != level)
    return asked._replace(give=give, doses=doses, levels=levels)
