"""What a page says about a patient and about what changes: facts, tables of effects, arms and times, cautions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from theralogic.model.levels import LEVELS
from theralogic.model.records import Case, KnowledgeBase
from theralogic.model.result import Answer, Contrast, Result
from theralogic.render import arm_sentences
from theralogic.render.phrases import CERTAIN, DOTS, WHEN, WHEN_DOTS, arrows, goes, listed, question, sentence
from theralogic.render.reasons import REASON_KINDS, Namer, combination_text, reason_text, stillness, way_out_text
from theralogic.render.web.page import anchor, esc
from theralogic.results.arm_view import ArmView
from theralogic.results.why_not import WhyNot

HOMES = {
    "PMID": "https://pubmed.ncbi.nlm.nih.gov/{}/",
    "PMCID": "https://pmc.ncbi.nlm.nih.gov/articles/{}/",
    "DOI": "https://doi.org/{}",
    "NCT": "https://clinicaltrials.gov/study/{}",
}
TONES = {"increases": "rises", "decreases": "falls", "ambiguous": "unsure", "no_effect": "still"}


def disclaimer(text: str) -> str:
    """The sentence that stands at the top and at the bottom of every page."""
    return f'<p class="disclaimer">{esc(text)}</p>'


def symbol(text: str) -> str:
    """A symbol beside words that say the same, so it is not read aloud."""
    return f'<span class="symbol" aria-hidden="true">{esc(text)}</span>'


def change(answer: Answer) -> str:
    """Direction and strength in a symbol and in words."""
    return (
        f'<span class="{TONES[answer.direction]}">{symbol(arrows(answer.direction, answer.strength))} '
        f"{esc(goes(answer))}</span>"
    )


def patient(kb: KnowledgeBase, case: Case, account: ArmView) -> str:
    """Vignette and facts: disease, findings as measured, what is given, what is odd about this patient."""
    base = case.arms[0]
    findings = [
        f"{kb.entities[f.entity].name} {LEVELS[f.level]}" + (f" ({f.measured})" if f.measured else "")
        for f in base.findings
    ]
    given = [p.intervention.name + (f" ({p.dose} dose)" if p.dose else "") for p in base.prescriptions]
    rows = [
        ("Disease", listed(kb.diseases[d].name for d in case.diseases) or "none: a healthy subject"),
        ("Findings", "; ".join(findings)),
        ("Given", listed(given) or "nothing"),
        ("Context", "; ".join(f"{key}: {listed(values)}" for key, values in base.context)),
        ("Atypical", " ".join(sentence(text) for text in arm_sentences.atypical(account))),
    ]
    facts = "".join(f"<dt>{name}</dt><dd>{esc(text)}</dd>" for name, text in rows if text)
    vignette = "".join(f"<p>{esc(p.strip())}</p>" for p in case.vignette.strip().split("\n\n") if p.strip())
    goals = "".join(f"<li>{esc(sentence(text))}</li>" for text in case.teaching.objectives)
    goals = f'<div class="goals"><h2>What to learn here</h2><ul>{goals}</ul></div>' if goals else ""
    return f'<div class="patient"><div class="vignette">{vignette}</div><dl class="facts">{facts}</dl>{goals}</div>'


def effects(account: ArmView, key: str = "") -> str:
    """The predicted effects of one arm as a table.

    Where ``key`` names the arm in addresses, each name leads to its chain, or to the reason why there is none.
    """
    heads = "".join(f'<th scope="col" role="columnheader">{h}</th>' for h in ("What", "Change", "Certainty", "Onset"))
    rows = [f'<tr role="row">{heads}</tr>']
    for answer in account.answers:
        name = esc(answer.name)
        if key and (answer.reason or answer.direction != "no_effect"):
            name = f'<a href="#{anchor("why", key, answer.entity)}">{name}</a>'
        cells = [change(answer)]
        if answer.direction == "no_effect":
            cells.append(esc(sentence(stillness(account.name, answer))))
        else:
            certainty, onset = answer.certainty or "given", answer.onset or "minutes"
            cells.append(f"{symbol(DOTS[certainty])} {CERTAIN[certainty]}")
            cells.append(f"{symbol(WHEN_DOTS[onset])} {WHEN[onset]}")
        wide = ' colspan="2"' if len(cells) == 2 else ""
        *first, last = cells
        body = "".join(f'<td role="cell">{cell}</td>' for cell in first) + f'<td role="cell"{wide}>{last}</td>'
        rows.append(f'<tr role="row"><th scope="row" role="rowheader">{name}</th>{body}</tr>')
    return _table("Predicted effects", rows, stacks=True)


def cautions(account: ArmView, first: ArmView | None = None) -> str:
    """Cautions that fired in an arm, with their reasons; empty where none did.

    Beside a ``first`` arm only the difference is told: what is new here, and what does not hold here.
    """
    known = {c.id: c for c in arm_sentences.cautions(first)} if first else {}
    mine = {c.id for c in account.cautions}
    items = "".join(
        f"<li><strong>{esc(sentence(c.say))}</strong> {esc(sentence(c.because)) if c.because else ''} "
        f"{references(c.evidence)}</li>"
        for c in arm_sentences.cautions(account)
        if c.id not in known
    )
    new = f'<ul class="cautions">{items}</ul>' if items else ""
    gone = [sentence(c.say) for c in known.values() if c.id not in mine]
    if gone:
        new += f"<p>Not here, but in the case as written: {esc(' '.join(gone))}</p>"
    return new


def silence(found: WhyNot, name: Namer, key: str) -> str:
    """Why one entity does not change, what that kind of reason means, and what would let the effect through."""
    answer = found.answer
    parts = [f'<article class="silence" id="{anchor("why", key, answer.entity)}"><h4>{esc(question(answer))}</h4>']
    items = []
    for obstacle in found.obstacles[:3]:
        ways = "".join(
            f"<li>It would get through {esc(way_out_text(name, way))}: {esc(answer.name)} {change(way.then)}.</li>"
            for way in obstacle.ways_out
        )
        items.append(
            f"<li>{esc(sentence(reason_text(name, obstacle.reason)))}{f'<ul>{ways}</ul>' if ways else ''}</li>"
        )
    meaning = sentence(REASON_KINDS[found.obstacles[0].reason.kind].meaning)
    parts.append(f'<ol>{"".join(items)}</ol><p class="meaning">{esc(meaning)}</p></article>')
    return "".join(parts)


def side_by_side(arms: Sequence[tuple[str, Sequence[Answer], Sequence[Contrast]]], name: Namer) -> str:
    """Arms as columns; what differs from the first arm is marked, and how an added drug combines is said.

    Each arm is its title, its answers, and how it compares with the first.
    """
    heads = "".join(f'<th scope="col">{esc(title)}</th>' for title, _, _ in arms)
    rows = [f"<tr><td></td>{heads}</tr>"]
    for index, first in enumerate(arms[0][1]):
        cells = []
        for _, answers, contrasts in arms:
            answer = answers[index]
            differs = (answer.direction, answer.strength) != (first.direction, first.strength)
            mark = '<span class="differs">differs</span> ' if differs else ""
            cells.append(f"<td>{mark}{change(answer)}{_combines(name, contrasts, answer.entity)}</td>")
        rows.append(f'<tr><th scope="row">{esc(first.name)}</th>{"".join(cells)}</tr>')
    return _table("Arms side by side", rows)


def _combines(name: Namer, rows: Sequence[Contrast], entity: str) -> str:
    for row in rows:
        if row.entity == entity and row.kind:
            detail = f": {how}" if (how := combination_text(name, row)) else ""
            return f"<small>{esc(row.kind.replace('_', ' ') + detail)}</small>"
    return ""


def timeline(times: Mapping[str, Result]) -> str:
    """What has happened by minutes, hours, days and weeks."""
    heads = "".join(
        f'<th scope="col">{symbol(WHEN_DOTS[time])} {"by " + time if time in WHEN else time}</th>' for time in times
    )
    rows = [f"<tr><td></td>{heads}</tr>"]
    results = list(times.values())
    for index, answer in enumerate(results[-1].answers):
        cells = "".join(f"<td>{change(result.answers[index])}</td>" for result in results)
        rows.append(f'<tr><th scope="row">{esc(answer.name)}</th>{cells}</tr>')
    return _table("Over time", rows)


def references(refs: Sequence[str]) -> str:
    """Evidence as links where the kind of reference has an address."""
    return " ".join(reference(ref) for ref in refs)


def reference(ref: str) -> str:
    """One reference as a link to its source.

    >>> reference("PMID:123")
    '<a class="ref" href="https://pubmed.ncbi.nlm.nih.gov/123/" rel="noreferrer">PMID&nbsp;123</a>'
    """
    kind, _, number = ref.partition(":")
    home = HOMES.get(kind)
    if home is None or not number:
        return f'<span class="ref">{esc(ref)}</span>'
    name = esc(number) if number.startswith(kind[:3]) else f"{kind}&nbsp;{esc(number)}"
    return f'<a class="ref" href="{esc(home.format(number))}" rel="noreferrer">{name}</a>'


def _table(caption: str, rows: Sequence[str], *, stacks: bool = False) -> str:
    """A table that scrolls where it is too wide, or ``stacks`` its cells there; roles keep it a table to a reader."""
    head, *body = rows
    kind, group = (' class="stacks" role="table"', ' role="rowgroup"') if stacks else ("", "")
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{esc(caption)}"><table{kind}>'
        f"<caption>{esc(caption)}</caption><thead{group}>{head}</thead><tbody{group}>{''.join(body)}</tbody></table></div>"
    )
