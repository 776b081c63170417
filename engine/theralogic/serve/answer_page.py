"""The answer on a page: what happens now and why, what differs from the case as written, and where to look next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Answer, Result
from theralogic.reasoning.evaluate import Evaluation, EvaluationCache
from theralogic.render.phrases import in_short, listed
from theralogic.render.report import Panel, about, panel
from theralogic.render.templates import anchor, render_part
from theralogic.render.web import chain, parts
from theralogic.results.arm_view import ArmView, arm_view
from theralogic.results.why_not import why_not
from theralogic.serve.query import WHAT_IF, Query, changed, query

if TYPE_CHECKING:
    from markupsafe import Markup


class Differences(NamedTuple):
    """What a change made different: the count in words, a table if any differ, and the names of those that do not."""

    said: str
    table: Markup | None = None
    same: str = ""


class OtherChange(NamedTuple):
    """What the change made different besides what is asked about, and the address that asks about it too."""

    name: str
    address: str
    before: str
    after: str


def answer_html(
    kb: KnowledgeBase, case: Case, evaluation: Evaluation, result: Result, asked: Query, cache: EvaluationCache
) -> Markup:
    """What happens now and why; before it, where the case was changed, what differs from the case as written."""
    run = evaluation.arms[-1]
    account = arm_view(kb, result, run.arm.id)
    still = [a.entity for a in account.answers if a.direction == "no_effect"]
    silent = [why_not(kb, case, run, entity, cache.engine, ways=entity in asked.ways, cache=cache) for entity in still]
    given = listed(p.intervention.name + (f" ({p.dose} dose)" if p.dose else "") for p in run.arm.prescriptions)
    now = Panel(run.arm.id, f"Given: {given}" if given else "Nothing given, against health", account, silent)
    differences = _differences(result, account) if changed(asked) else None
    return render_part(
        "serve/templates/answer.html",
        said=differences.said if differences else f"{len(account.answers)} answers.",
        differences=differences,
        panel=panel(now, now),
        ways=_ways(asked, account, still),
        others=_other_changes(result, asked, account) if changed(asked) else (),
        rules=chain.rules(account, chain.used_rules(account)),
        about=about(result),
    )


def _differences(result: Result, account: ArmView) -> Differences:
    """The answers that the change made different, beside those of the case as written."""
    pairs = list(zip(result.answers, account.answers, strict=True))
    other = [pair for pair in pairs if _outcome(pair[0]) != _outcome(pair[1])]
    if not other:
        return Differences("Nothing that is asked about differs from the case as written.")
    before, after = [p[0] for p in other], [p[1] for p in other]
    contrasts = result.arms[WHAT_IF].versus_treated
    return Differences(
        f"{len(other)} of {len(pairs)} answers differ from the case as written.",
        parts.side_by_side([("As written", before, ()), ("As changed", after, contrasts)], account.name),
        listed(after.name for before, after in pairs if _outcome(before) == _outcome(after)),
    )


def _ways(asked: Query, account: ArmView, still: Sequence[str]) -> list[parts.Link]:
    """Where nothing happens, links that have every way out tried."""
    path = f"/cases/{asked.case}" if asked.case else "/explore"
    return [
        parts.Link(
            account.name(entity),
            f"{path}?{query(asked._replace(ways=(entity,)))}#{anchor('why', account.arm, entity)}",
        )
        for entity in still
        if entity not in asked.ways
    ]


def _other_changes(result: Result, asked: Query, account: ArmView) -> list[OtherChange]:
    """What the change made different besides what is asked about, each with a link that asks about it too."""
    known = {answer.entity for answer in account.answers}
    rows = [row for row in result.arms[WHAT_IF].versus_treated if row.entity not in known and row.treated != row.arm]
    return [
        OtherChange(
            row.name,
            f"/cases/{asked.case}?{query(asked._replace(ask=(*asked.ask, row.entity)))}",
            in_short(row.treated),
            in_short(row.arm),
        )
        for row in sorted(rows, key=lambda row: row.name.casefold())
    ]


def _outcome(answer: Answer) -> tuple[str, str | None]:
    return answer.direction, answer.strength
