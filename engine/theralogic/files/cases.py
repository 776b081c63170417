"""A case file against a rule base: every name found, every arm complete, or every problem reported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, overload

from theralogic.files import schema
from theralogic.files.load import LoadedItem, read_case
from theralogic.files.name_paths import IN_CASE, names_in
from theralogic.files.resolve import context_of
from theralogic.files.yaml_reader import read_yaml
from theralogic.model.context import disagreements
from theralogic.model.edits import Changes, altered, dose_of
from theralogic.model.errors import InvalidInputError, NotFoundError, Problem, Problems
from theralogic.model.levels import LEVELS, LOW, STRENGTHS
from theralogic.model.names import SEARCH, drug_id, find, fold, intervention, lookup, not_found, suggest
from theralogic.model.records import (
    BASE_ARM,
    Action,
    Arm,
    Case,
    Expectation,
    Finding,
    Intervention,
    KnowledgeBase,
    Prescription,
    Teaching,
)
from theralogic.model.safe_text import quoted

FAR = 5  # times the upper limit of its range a value is high


def case_from(item: LoadedItem, kb: KnowledgeBase) -> Case:
    """The case in terms of ``kb``; raises :class:`InvalidInputError` with every problem."""
    return _CaseReader(item, kb).read()


def case_from_text(
    text: bytes, shown: str, kb: KnowledgeBase, defaults: Mapping[str, Any] = MappingProxyType({})
) -> Case:
    """The case in a file, with ``defaults`` for keys it leaves out.

    Raises :class:`InvalidInputError` with every problem, of shape and of names.
    """
    try:
        item = read_case(text, shown, defaults)
    except InvalidInputError as error:
        problems = Problems(error.problems)
        _add_unknown_names(text, shown, kb, problems)
        raise InvalidInputError.of(problems) from None
    return case_from(item, kb)


def _add_unknown_names(text: bytes, shown: str, kb: KnowledgeBase, problems: Problems) -> None:
    """What a case names that can't be understood as a whole, but for what is already said to be wrong."""
    document = read_yaml(text, shown)
    told = {problem.where for problem in problems}
    rules = _rule_ids(kb)
    for kind, name, path in names_in(document.data, IN_CASE) if not document.cut else ():
        where = document.where(path)
        known = name in rules if kind == "rule" else _known(kb, kind, name)
        if not known and where not in told:
            problem = not_found(kb, kind, name, problems) if kind != "rule" else _no_rule(rules, name, problems)
            problems.append(problem._replace(where=where))


def _no_rule(rules: Iterable[str], name: str, problems: Problems) -> Problem:
    hint = problems.suggestion(lambda: suggest(rules, name)) or SEARCH
    return Problem("unknown-rule", f"unknown rule {quoted(name)}", help=hint)


def _known(kb: KnowledgeBase, kind: str, name: str) -> bool:
    return (drug_id(kb, name) if kind == "intervention" else lookup(kb.names[kind], name)) is not None


def _rule_ids(kb: KnowledgeBase) -> set[str]:
    """What an expectation may name as what did it: a mechanism or a gate."""
    return {m.id for m in kb.mechanisms} | {e.id for e in kb.entities.values() if e.members}


@overload
def measured_level(value: float, low: float, high: float) -> int: ...
@overload
def measured_level(value: Any, low: Any, high: Any) -> Any: ...
def measured_level(value: Any, low: Any, high: Any) -> Any:
    """Level of a measured value: above the range elevated, five times the upper limit high, below it low.

    Columns of numbers do as well as numbers: a cohort is judged by the same rule, without a loop.

    >>> LEVELS[measured_level(48, 0, 5)]
    'high'
    """
    above = value > high
    return LOW + (value >= low) + above + (above & (value >= FAR * high))


class _CaseReader:
    def __init__(self, item: LoadedItem, kb: KnowledgeBase) -> None:
        self.item = item
        self.value: schema.CaseFile = item.value
        self.kb = kb
        self.rules = _rule_ids(kb)
        self.problems = Problems()

    def read(self) -> Case:
        value = self.value
        written = [value.disease] if isinstance(value.disease, str) else value.disease
        diseases = tuple(
            dict.fromkeys(found for i, d in enumerate(written) if (found := self.find("disease", d, "disease", i)))
        )
        findings = self.findings(value.findings, "findings")
        self.agree(diseases, findings)
        given = self.prescriptions(value.interventions, "interventions")
        base = Arm(BASE_ARM, value.title, findings, context_of(value.context), given)
        arms, taken = [base], {base.id}
        for index, arm in enumerate(value.arms):
            if arm.id in taken:
                self.problem("duplicate-id", f"arm `{arm.id}` exists already", "arms", index, "id", help="rename it")
            taken.add(arm.id)
            arms.append(self.arm(arm, base, index))
        ask = self.entities(value.ask, "ask")
        expect = tuple(e for i, x in enumerate(value.expect) if (e := self.expectation(x, i, taken)))
        if self.problems:
            raise InvalidInputError.of(self.problems)
        teaching = Teaching(*(tuple(getattr(value.teaching, k)) for k in Teaching._fields))
        content = json.dumps(self.item.document.data, sort_keys=True)
        return Case(
            id=value.id,
            title=value.title,
            vignette=value.vignette or "",
            diseases=diseases,
            arms=tuple(arms),
            ask=ask,
            expect=expect,
            teaching=teaching,
            digest=hashlib.sha256(content.encode()).hexdigest()[:32],
            source=self.item.document.file,
        )

    def problem(self, code: str, message: str, *path: str | int, key: bool = False, help: str = "") -> None:
        self.problems.append(Problem(code, message, self.item.where(*path, key=key), help or None))

    def find(self, kind: str, text: str, *path: str | int, signed: bool = True) -> str | None:
        try:
            return find(self.kb, kind, text, signed=signed, problems=self.problems)
        except NotFoundError as error:
            self.problems.append(error.problems[0]._replace(where=self.item.where(*path)))
            return None

    def entities(self, names: Sequence[str], *path: str | int) -> tuple[str, ...]:
        found = [self.find("entity", name, *path, i, signed=False) for i, name in enumerate(names)]
        return tuple(dict.fromkeys(e for e in found if e))

    def findings(self, items: Iterable[schema.FindingItem], *path: str | int) -> tuple[Finding, ...]:
        found: dict[str, Finding] = {}
        for index, item in enumerate(items):
            here = (*path, index)
            entity = self.find("entity", item.entity, *here, "entity")
            level = self.level(item, here)
            if entity is None or level is None:
                continue
            if self.kb.entities[entity].members:
                message = f"complex `{entity}` can't have a level"
                self.problem("complex-level", message, *here, "entity", help="give its members theirs")
            elif entity in found:
                self.problem("finding-twice", f"`{entity}` has two findings", *here, "entity", help="keep one")
            else:
                measured = "" if item.value is None else f"{item.value:g} {item.unit or ''}".strip()
                found[entity] = Finding(entity, level, measured)
        return tuple(found[e] for e in sorted(found))

    def level(self, item: schema.FindingItem, here: tuple[str | int, ...]) -> int | None:
        named = None if item.level is None else LEVELS.index(item.level)
        if item.value is None and item.reference is None:
            if named is None:
                self.problem("no-level", "a finding needs a level or a value", *here, help="add `level:`")
            return named
        if item.reference is None:
            help = "add `reference: [low, high]`"
            self.problem("no-reference", "`value` needs `reference`", *here, "value", key=True, help=help)
            return None
        if item.value is None:
            self.problem("no-value", "`reference` needs `value`", *here, "reference", key=True, help="add `value:`")
            return None
        low, high = item.reference
        if not low < high:
            help = "write `[low, high]`"
            self.problem("bad-reference", "the reference range is upside down", *here, "reference", help=help)
            return None
        measured = measured_level(item.value, low, high)
        if named is not None and named != measured:
            message = f"level `{item.level}` does not agree with the value, which is `{LEVELS[measured]}`"
            self.problem("level-disagrees", message, *here, "level", help="leave one of the two out")
        return measured

    def agree(self, diseases: Iterable[str], findings: Iterable[Finding]) -> None:
        """Two diseases that disagree on an entity are an error unless a finding decides."""
        for entity, one, other in disagreements(self.kb, diseases, {f.entity for f in findings}):
            message = f"`{other}` and `{one}` give `{entity}` different levels"
            self.problem("diseases-disagree", message, "disease", help=f"add a finding on `{entity}`")

    def prescriptions(self, items: Iterable[object], *path: str | int) -> tuple[Prescription, ...]:
        found = [self.prescription(item, *path, i) for i, item in enumerate(items)]
        return tuple(p for p in found if p)

    def prescription(self, item: object, *path: str | int) -> Prescription | None:
        if isinstance(item, schema.InlineIntervention):
            actions = []
            for index, action in enumerate(item.actions):
                target = self.find("entity", action.target, *path, "actions", index, "target")
                if target:
                    actions.append(Action(action.verb, target, STRENGTHS.index(action.potency)))
            drug = Intervention(
                id=item.name,
                name=item.name,
                drug_class="hypothetical agent",
                actions=tuple(actions),
            )
            return Prescription(drug, fold(item.dose or ""))
        name, dose = (item.give, item.dose) if isinstance(item, schema.GiveItem) else (str(item), "")
        known = self.find("intervention", name, *path)
        if known is None:
            return None
        return Prescription(intervention(self.kb, known), self.dose(known, dose, *path, "dose") if dose else "")

    def dose(self, drug: str, dose: str, *path: str | int) -> str:
        """A dose that the rules know; any other word would be taken for the standard one in silence."""
        try:
            return dose_of(self.kb, drug, dose)
        except InvalidInputError as error:
            problem = error.problems[0]
            self.problem(problem.code, problem.message, *path, help=problem.help or "")
            return fold(dose)

    def arm(self, item: schema.ArmItem, base: Arm, index: int) -> Arm:
        here = ("arms", index)
        added = self.prescriptions(item.add, *here, "add")
        given = {fold(p.intervention.id): p.intervention.id for p in (*base.prescriptions, *added)}

        def named(name: str, *path: str | int) -> str:
            wanted = drug_id(self.kb, name) or name
            if fold(wanted) not in given:
                message = f"{quoted(name)} is not given in this case"
                self.problem("not-given", message, *here, *path, key=True, help="see `interventions:`")
            return given.get(fold(wanted), wanted)

        substitutes = {
            named(old, "replace", old): self.prescription(new, *here, "replace", old)
            for old, new in item.replace.items()
        }
        changes = Changes(
            add=added,
            remove=tuple(named(name, "remove", i) for i, name in enumerate(item.remove)),
            replace={old: new for old, new in substitutes.items() if new},
            dose={
                (known := named(drug, "dose", drug)): self.dose(known, dose, *here, "dose", drug)
                for drug, dose in item.dose.items()
            },
            findings=self.findings(item.findings, *here, "findings"),
            context=context_of(item.context),
        )
        return altered(base, changes, id=item.id, title=item.title or item.id.replace("-", " "))

    def expectation(self, item: schema.ExpectItem, index: int, arms: Iterable[str]) -> Expectation | None:
        entity = self.find("entity", item.entity, "expect", index, "entity")
        arm = item.arm or BASE_ARM
        if arm not in arms:
            self.problem("unknown-arm", f"unknown arm `{arm}`", "expect", index, "arm", help="see `arms:`")
        if entity is None:
            return None
        for at, rule in enumerate(item.by):
            if rule not in self.rules:
                problem = _no_rule(self.rules, rule, self.problems)
                self.problems.append(problem._replace(where=self.item.where("expect", index, "by", at)))
        return Expectation(
            entity=entity,
            direction=item.direction,
            at_least=STRENGTHS.index(item.at_least or "none"),
            at_most=STRENGTHS.index(item.at_most or "strong"),
            by=tuple(item.by),
            because=item.because or "",
            arm=arm,
            world=item.world,
            certainty=item.certainty or "",
        )
