"""Checking a whole result: what went in, then every world, then everything that is said about the worlds.

Whatever follows from the claim is put together anew and compared with what is stated. What is said about a world
whose changes do not bear each other out is not judged: one damaged step would only be reported over and over.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from theralogic.model.errors import MOST_PROBLEMS
from theralogic.model.levels import ONSETS
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import CautionRow, Result
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.verify.against_case import as_answered, unknown_case
from theralogic.verify.arm_inputs import ArmInputs, arm_inputs
from theralogic.verify.case_from_result import BASE, case_back, parts
from theralogic.verify.cautions import cautions
from theralogic.verify.checked_arm import CheckedArm, check_arm
from theralogic.verify.contrasts import contrasts
from theralogic.verify.differences import mismatches
from theralogic.verify.expected_answers import answers, context
from theralogic.verify.fault import Fault
from theralogic.verify.readable import bad_words, unreadable
from theralogic.verify.schema_1 import stated_as
from theralogic.verify.scope import said, stated_anyhow
from theralogic.verify.verdict import Unchecked, Verdict


def verify(
    kb: KnowledgeBase, result: Result, *, case: Case | None = None, by: int | None = None, as_asked: bool = True
) -> list[Fault]:
    """The first faults of a result under ``kb``; an empty list means every step holds. See :func:`judge`."""
    return list(judge(kb, result, case=case, by=by, as_asked=as_asked).faults)


def judge(
    kb: KnowledgeBase,
    result: Result,
    *,
    case: Case | None = None,
    by: int | None = None,
    as_asked: bool = True,
    most: int = MOST_PROBLEMS,
) -> Verdict:
    """What is wrong with a result under ``kb``, the first ``most`` faults told; what was checked, and what not.

    With the ``case`` that was to be solved, and the slowest onset rank that was to count (``by``, -1 for any), what
    the result says went in is checked as well; without, it is taken as stated wherever the rule base can't know
    better. Without ``as_asked`` the result may answer other questions than the case asks, or a what-if instead of its
    arms; the verdict names what is then left over. Which engine did it is not checked: the answer must be the same.
    """
    scope = _Scope([], [])
    faults = _faults(kb, result, case, by, as_asked, scope)
    told = tuple(islice(faults, most))
    more = sum(1 for _ in faults)
    return Verdict(told, more, tuple(scope.checked), tuple(scope.unchecked))


class _Scope(NamedTuple):
    """What has been checked so far, and what can't be; both grow."""

    checked: list[str]
    unchecked: list[Unchecked]

    def stopped(self, what: str) -> None:
        self.unchecked.append(Unchecked((), what))


def _faults(
    kb: KnowledgeBase, result: Result, case: Case | None, by: int | None, as_asked: bool, scope: _Scope
) -> Iterator[Fault]:
    if result.rules.get("digest") != kb.digest:
        message = f"the result rests on rules {str(result.rules.get('digest'))[:80]}, these are {kb.digest}"
        yield Fault("other-rules", "rules", message)
        scope.stopped("all that rests on the rules, as they are other rules")
        return
    yield from _compared("wrong-rules", {"version": kb.version, "digest": kb.digest}, result.rules, "rules")
    yield from _compared("wrong-disclaimer", DISCLAIMER, result.disclaimer, "disclaimer")
    yield from bad_words(result)
    scope.checked.append("the rules, by version and digest, and the disclaimer")
    odd = False
    for fault in unreadable(kb, result):
        odd = True
        yield fault
    if odd:
        scope.stopped("everything else, until what went in can be read")
        return
    scope.unchecked.extend(stated_anyhow(kb, result))
    if case is None:
        scope.unchecked.extend(unknown_case(result))
        case = case_back(kb, result)
    else:
        scope.checked.append(f"what went in, against the case `{case.id}` of the digest {case.digest or '(none)'}")
        if not as_asked:
            case, left = as_answered(kb, case, result)
            scope.unchecked.extend(left)
    yield from _compared("other-case", {"id": case.id, "digest": case.digest}, result.case, "case")
    if by is None:
        by = ONSETS.index(result.context.by) if result.context.by else -1
    settings = {arm.id: arm_inputs(kb, case, arm, by) for arm in case.arms}
    yield from _compared("wrong-context", context(kb, case, settings, by), result.context, "context")
    scope.checked.append("what follows from what went in: names, facts, what each drug does here, rules that count")
    yield from _arms(kb, case, result, settings, scope)


def _arms(
    kb: KnowledgeBase, case: Case, result: Result, settings: dict[str, ArmInputs], scope: _Scope
) -> Iterator[Fault]:
    """Faults of the worlds of every arm that is there, and of what is said about them."""
    stages: dict[str, CheckedArm] = {}
    for name, part in parts(result).items():
        if name not in settings:
            continue
        faults, stage = check_arm(kb, case, settings[name], part.worlds)
        yield from faults
        if stage:
            stages[name] = stage
            expected = tuple(map(stated_as(result), answers(kb, case, stage)))
            yield from _compared("wrong-answer", expected, part.answers, f"{name}/answers")
    for name in stages:
        if BASE in stages and name != BASE:
            compared = tuple(map(stated_as(result), contrasts(kb, stages[BASE], stages[name])))
            stated = result.arms[name].versus_treated
            yield from _compared("wrong-comparison", compared, stated, f"{name}/versus_treated")
    expected_rows = tuple(row for name in settings if name in stages for row in cautions(kb, stages[name]))
    judged = _judged(result, settings, stages)
    yield from _compared("wrong-caution", expected_rows, judged, "cautions")
    scope.checked.extend(said(result, stages))
    for name in parts(result):
        if name not in stages:
            scope.stopped(f"what the arm `{name}` answers and warns of, until its changes bear each other out")


def _judged(result: Result, settings: dict[str, ArmInputs], stages: dict[str, CheckedArm]) -> tuple[CautionRow, ...]:
    """Cautions but those of arms that could not be judged."""
    return tuple(row for row in result.cautions if row.arm in stages or row.arm not in settings)


def _compared(code: str, expected: object, stated: object, where: str) -> Iterator[Fault]:
    """A fault for every place where ``stated`` is not as expected."""
    for place, message in mismatches(expected, stated, where):
        yield Fault(code, place, message)
