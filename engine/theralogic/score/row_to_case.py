"""Who is given what in a row: by name where the rules know the drug, else from its target and mode."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from theralogic.model.agents import met_by
from theralogic.model.levels import LEVELS, STRONG
from theralogic.model.names import fold, lookup
from theralogic.model.records import Action, Finding, Intervention, KnowledgeBase, Prescription

MODES: dict[str, str] = {
    "ligand_neutralizer": "neutralizes",
    "soluble_receptor": "sequesters",
    "receptor_blocker": "blocks",
    "kinase_inhibitor": "inhibits",
    "cell_depleter": "depletes",
    "receptor_agonist": "agonizes",
    "recombinant_ligand": "supplies",
    "other": "blocks",
}


NO_TREATMENT = frozenset(
    "placebo, baseline, standard care, standard of care, usual care, best supportive care, background therapy, "
    "no treatment, untreated, no therapy, vehicle, sham, saline, none, nothing, no drug, observation, "
    "watchful waiting, healthy control, control".split(", ")
)
"""What tables write where nothing else was given; compared in small letters, with a space for each hyphen."""


class Uncovered(Exception):
    """A row whose names the rule base does not know; the message says which."""


def drugs(kb: KnowledgeBase, row: Mapping[str, str], ignore_names: bool) -> tuple[Prescription, ...]:
    """What is given in a row; ``ignore_names`` builds it from target and mode even where the name is known.

    Raises :class:`Uncovered` for a drug that has neither.
    """
    written = row["intervention"]
    if ignore_names and row.get("target"):
        # What it is compared with (chemotherapy, say) is part of what is given; only the rest is built.
        others = compared(kb, row)
        return (*others, _built(kb, written, row, {a.target for p in others for a in p.intervention.actions}))
    if lookup(kb.names["intervention"], written):
        return (_prescription(kb, written, row),)
    return tuple(_prescription(kb, name, row) for name in _parts(written))


def compared(kb: KnowledgeBase, row: Mapping[str, str]) -> tuple[Prescription, ...]:
    """What the row compares with: its effect is that of the intervention over this. Empty where that is nothing.

    Raises :class:`Uncovered` for a name that the rules do not know: the row's target says nothing about it.
    """
    parts = [name for name in _parts(row.get("comparator", "")) if not _is_nothing(name)]
    for name in parts:
        if not any(lookup(kb.names["intervention"], n) for n in (name, _dosed(name)[0])):
            raise Uncovered(f"unknown comparator `{name}`")
    return tuple(_prescription(kb, name, row) for name in parts)


def _is_nothing(name: str) -> bool:
    """Whether a comparator means that nothing else is given, such as ``placebo`` or ``before treatment``."""
    plain = fold(name).replace("-", " ")
    return plain in NO_TREATMENT or plain.startswith("before ")


def _prescription(kb: KnowledgeBase, name: str, row: Mapping[str, str]) -> Prescription:
    stem, stated = _dosed(name)
    known = lookup(kb.names["intervention"], name) or lookup(kb.names["intervention"], stem)
    if known is None:
        return _built(kb, name, row)
    return Prescription(kb.interventions[known], fold(row.get("dose", "") or stated))


def _dosed(name: str) -> tuple[str, str]:
    """A name that says a dose, and the dose: ``aldesleukin low dose``."""
    words = name.split()
    if len(words) > 2 and words[-1].casefold() == "dose":
        return " ".join(words[:-2]), words[-2]
    return name, ""


def _built(kb: KnowledgeBase, name: str, row: Mapping[str, str], taken: Collection[str] = ()) -> Prescription:
    """A drug from its targets and mode; targets that are ``taken`` belong to another drug."""
    targets = [t.strip() for t in row.get("target", "").split(";") if t.strip()]
    verb = MODES.get(row.get("mode", ""))
    if not targets or verb is None:
        raise Uncovered(f"unknown intervention `{name}` without target and mode")
    # Two chains of one receptor (`ITGA4;ITGB7`) are the heterodimer, not each chain wherever it is found.
    pair = lookup(kb.names["entity"], "/".join(targets)) if verb == "blocks" and len(targets) > 1 else None
    found = [pair] if pair else [_acted_on(kb, verb, target) for target in targets]
    actions = tuple(Action(verb, target, STRONG) for target in found if target not in taken)
    drug = Intervention(
        id=name,
        name=name,
        drug_class="from target and mode",
        actions=actions,
    )
    return Prescription(drug, fold(row.get("dose", "")))


def _acted_on(kb: KnowledgeBase, verb: str, target: str) -> str:
    """The entity a drug meets; raises :class:`Uncovered` for one the rules do not have."""
    met = met_by(verb, target, lambda name: lookup(kb.names["entity"], name))
    return met or known(kb, "entity", target)


def known(kb: KnowledgeBase, kind: str, text: str) -> str:
    """Id of the entity or disease that a row names; raises :class:`Uncovered` for one the rules do not have."""
    found = lookup(kb.names[kind], text)
    if found is None:
        raise Uncovered(f"unknown {kind} `{text}`")
    return found


def findings(kb: KnowledgeBase, text: str) -> Iterator[Finding]:
    """Findings written ``name=level;name=level``; raises :class:`Uncovered` where one can't be given."""
    for part in text.split(";"):
        if part.strip():
            name, _, level = part.partition("=")
            if level.strip() not in LEVELS:
                raise Uncovered(f"`{level.strip()}` is no level")
            entity = known(kb, "entity", name.strip())
            if kb.entities[entity].members:
                raise Uncovered(f"`{entity}` is a complex and can't have a level")
            yield Finding(entity, LEVELS.index(level.strip()), "")


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(" + ") if part.strip()]
