"""The form on a patient: what is given, what is found, what is asked. Plain GET, so every state has an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from theralogic.model.context import STANDARD_DOSE
from theralogic.model.edits import doses_of
from theralogic.model.levels import LEVELS, ONSETS
from theralogic.model.names import intervention
from theralogic.model.records import Arm, Case, Entity, KnowledgeBase
from theralogic.render.phrases import WHEN
from theralogic.render.web.page import anchor, esc
from theralogic.serve.query import Query, own_drugs

FEW = 6


def patient_form(kb: KnowledgeBase, case: Case | None, asked: Query, levels: Mapping[str, int]) -> str:
    """The form that asks ``asked``; ``levels`` are those that the patient's disease gives."""
    action = f"/cases/{case.id}" if case else "/explore"
    arm = f'<input type="hidden" name="arm" value="{esc(asked.arm)}">' if asked.arm != "treated" else ""
    sets = [
        ("" if case else _fields("Disease", _diseases(kb, asked))),
        _fields("Given", _given(kb, case, asked)),
        _fields("Levels", _levels(kb, case, asked, levels)),
        _fields("Asked", _ask(kb, asked)),
    ]
    start = f'<a href="{action}">Start again</a>'
    return (
        f'<form class="patient-form" method="get" action="{action}">{arm}{"".join(sets)}'
        f'<p class="buttons"><button type="submit">Show what happens</button> {start}</p>{_lists(kb, case)}</form>'
    )


def _fields(title: str, html: str) -> str:
    return f'<fieldset data-part="{title.lower()}"><legend>{title}</legend>{html}</fieldset>'


def _diseases(kb: KnowledgeBase, asked: Query) -> str:
    ticked = "".join(_box("disease", d, kb.diseases[d].name, checked=True) for d in asked.diseases)
    return f"<ul>{ticked}</ul>{_typed('disease', 'And' if ticked else 'Name')}"


def _given(kb: KnowledgeBase, case: Case | None, asked: Query) -> str:
    start = _start(case, asked)
    on = [p.intervention.id for p in start.prescriptions] if asked.give is None else list(asked.give)
    written = {p.intervention.id: p.dose or STANDARD_DOSE for p in start.prescriptions}
    own = own_drugs(case)
    rows = []
    for drug in dict.fromkeys([*own, *on]):
        known = own[drug].intervention if drug in own else intervention(kb, drug)
        now = dict(asked.doses).get(drug, written.get(drug, STANDARD_DOSE))
        usual = written.get(drug, STANDARD_DOSE)
        choices = [(f"{drug}={dose}" if dose != usual else "", dose, dose == now)
                   for dose in doses_of(kb, drug)]  # fmt: skip
        dose = _select("dose", f"Dose of {known.name}", choices) if drug in on else ""
        rows.append(_box("give", drug, known.name, checked=drug in on, note=known.drug_class, more=dose))
    return f"<ul>{''.join(rows)}</ul>{_typed('give', 'Give as well' if rows else 'Give')}"


def _levels(kb: KnowledgeBase, case: Case | None, asked: Query, levels: Mapping[str, int]) -> str:
    """What was found or changed, then, folded away, the rest that the disease gives, then any other."""
    found = {f.entity: f.level for f in _start(case, asked).findings}
    others = [f.entity for arm in (case.arms if case else ()) for f in arm.findings]
    first = list(dict.fromkeys([*found, *others, *(entity for entity, _ in asked.levels)]))
    rest = [entity for entity in levels if entity not in first]
    if not first and len(rest) <= FEW:
        first, rest = rest, []

    def rows(entities: Iterable[str]) -> str:
        usual = ((e, found.get(e, levels.get(e, kb.entities[e].level))) for e in entities)
        return "".join(_level(kb.entities[e], level, dict(asked.levels).get(e, "")) for e, level in usual)

    choices = [("", "choose", True), *((level, level, False) for level in LEVELS)]
    more = f"<details><summary>Given by the disease: {len(rest)}</summary><ul>{rows(rest)}</ul></details>"
    another = f"{_typed('entity', 'Another' if first or rest else 'Entity')} {_select('level', 'Its level', choices)}"
    return f'<ul>{rows(first)}</ul>{more if rest else ""}<div class="another">{another}</div>'


def _level(entity: Entity, usual: int, now: str) -> str:
    choices = [
        ("" if rank == usual else f"{entity.id}={level}", level, level == (now or LEVELS[usual]))
        for rank, level in enumerate(LEVELS)
    ]
    was = f" <small>was {LEVELS[usual]}</small>" if now else ""
    label = f'<span class="name">{esc(entity.name)}{was}</span>'
    return f"<li>{label} {_select('set', f'Level of {entity.name}', choices)}</li>"


def _ask(kb: KnowledgeBase, asked: Query) -> str:
    ticked = "".join(_box("ask", e, kb.entities[e].name, checked=True) for e in asked.ask)
    choices = [("", "any", not asked.by), *((t, WHEN.get(t, t), t == asked.by) for t in ONSETS)]
    return f"<ul>{ticked}</ul>{_typed('ask', 'Ask about')} {_select('by', 'Time', choices, shown=True)}"


def _start(case: Case | None, asked: Query) -> Arm:
    if case is None:
        return Arm("treated", "", (), (), ())
    return next(arm for arm in case.arms if arm.id == asked.arm)


def _box(name: str, value: str, text: str, *, checked: bool, note: str = "", more: str = "") -> str:
    small = f" <small>{esc(note)}</small>" if note else ""
    return (
        f'<li><label><input type="checkbox" name="{name}" value="{esc(value)}"{" checked" if checked else ""}> '
        f"<span>{esc(text)}{small}</span></label> {more}</li>"
    )


def _typed(name: str, label: str) -> str:
    key = anchor("type", name)
    return (
        f'<span class="typed"><label for="{key}">{label}</label> '
        f'<input id="{key}" name="{name}" list="{"entities" if name in ("entity", "ask") else name + "s"}" '
        f'autocomplete="off" maxlength="200" spellcheck="false"></span>'
    )


def _select(name: str, label: str, choices: Iterable[tuple[str, str, bool]], *, shown: bool = False) -> str:
    options = "".join(
        f'<option value="{esc(value)}"{" selected" if chosen else ""}>{esc(text)}</option>'
        for value, text, chosen in choices
    )
    if shown:
        return f'<label class="typed">{esc(label)} <select name="{name}">{options}</select></label>'
    return f'<select name="{name}" aria-label="{esc(label)}">{options}</select>'


def _lists(kb: KnowledgeBase, case: Case | None) -> str:
    """Names to choose from while typing."""
    lists = {
        "gives": (drug.name for drug in kb.interventions.values()),
        "entities": (entity.name for entity in kb.entities.values()),
    }
    if case is None:
        lists["diseases"] = (disease.name for disease in kb.diseases.values())
    html = []
    for key, names in lists.items():
        options = "".join(f"<option>{esc(name)}</option>" for name in sorted(names, key=str.casefold))
        html.append(f'<datalist id="{key}">{options}</datalist>')
    return "".join(html)
