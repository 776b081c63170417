"""An expectation that is not met, as one sentence that says what was found instead."""

from __future__ import annotations

from theralogic.model.levels import STRENGTHS
from theralogic.model.records import BASE_ARM
from theralogic.model.result import Reason
from theralogic.results.expectations import Unmet


def unmet_text(unmet: Unmet) -> str:
    """The sentence, in the words of the case file, because that is where it is to be mended."""
    expected = unmet.expected
    where = f" ({expected.arm}, {expected.world})" if expected.arm != BASE_ARM else ""
    return f"{expected.entity}{where}: {_failing(unmet)}"


def _failing(unmet: Unmet) -> str:
    expected, found = unmet.expected, ", ".join(unmet.found)
    match unmet.part:
        case "world":
            return f"nothing is given, so there is no {expected.world} world"
        case "direction":
            return f"expected {expected.direction}, found {found}{_because(unmet.reason)}"
        case "at_least":
            return f"expected at least {STRENGTHS[expected.at_least]}, found {found}"
        case "at_most":
            return f"expected at most {STRENGTHS[expected.at_most]}, found {found}"
        case "certainty":
            return f"expected certainty {expected.certainty}, found {found}"
        case "by":
            return f"the derivation does not use {found}"
    hint = "" if found else " (ask about it to get a reason)"
    return f"expected because {expected.because}, found {found or None}{hint}"


def _because(reason: Reason | None) -> str:
    if reason is None:
        return ""
    by = f", by {', '.join(reason.by)}" if reason.by else ""
    return f" [{reason.kind}: {reason.entity}{by}]"
