"""What a cohort is given: one arm from the command line, or several from a file."""

from __future__ import annotations

from collections.abc import Sequence

from theralogic.files.cases import case_from_text
from theralogic.model.edits import dose_of, pair, prescribed
from theralogic.model.errors import InvalidInputError, Where, WrongOptionError
from theralogic.model.records import Arm, KnowledgeBase, Prescription

TREATED, NOTHING = "treated", "untreated"


def arm_of(kb: KnowledgeBase, drugs: Sequence[str], doses: Sequence[str]) -> Arm:
    """One arm with ``drugs`` by any of their names and ``doses`` like ``DRUG=low``; without drugs, the untreated one.

    Raises :class:`NotFoundError` or :class:`InvalidInputError` where one is not known or not given.
    """
    stated = {}
    for drug, dose in map(pair, doses):
        known = prescribed(kb, drug).intervention.id
        stated[known] = dose_of(kb, known, dose)
    given = [prescribed(kb, name) for name in drugs]
    unused = sorted(set(stated) - {p.intervention.id for p in given})
    if unused:
        raise WrongOptionError("not-given", f"`{unused[0]}` has a dose but is not given", help="add it with `--give`")
    given = [Prescription(p.intervention, stated.get(p.intervention.id, "")) for p in given]
    return Arm(TREATED if given else NOTHING, "", (), (), tuple(dict.fromkeys(given)))


def arms_of(kb: KnowledgeBase, text: bytes, shown: str) -> tuple[Arm, ...]:
    """The arms of a file: a case's ``arms:``, each of which adds what it gives, and nothing else.

    Raises :class:`InvalidInputError` with every problem.
    """
    case = case_from_text(text, shown, kb, {"id": "cohort", "hypothetical": True, "title": "arms of a cohort"})
    arms = case.arms[1:]
    changed = [arm.id for arm in arms if arm.findings or arm.context]
    if not arms or changed:
        what = f"arm `{changed[0]}` changes findings or context" if changed else "there are no arms"
        help = "write `arms:` with entries `{id: ..., add: [DRUG, ...]}`; findings belong into the table"
        raise InvalidInputError("bad-arms", what, where=Where(shown), help=help)
    return tuple(Arm(arm.id, arm.title, (), (), arm.prescriptions) for arm in arms)
