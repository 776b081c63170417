"""The closed word lists of the rule language: relations, verbs, kinds, and what each word means.

Predicates are data, not classes: a relation is a word with a sign, an aspect and a sentence pattern, and
``docs/rule-format.md`` prints this very table.
"""

from __future__ import annotations

from typing import NamedTuple


class Relation(NamedTuple):
    """A signed verb: ``sign`` +1 or -1, ``aspect`` of the object it acts on, ``example`` sentence."""

    sign: int
    aspect: str
    example: str


RELATIONS: dict[str, Relation] = {
    "activates": Relation(+1, "activity", "IL-6 signalling activates STAT3"),
    "induces": Relation(+1, "expression", "STAT3 induces CRP"),
    "produces": Relation(+1, "secretion", "Th17 cells produce IL-17A"),
    "releases": Relation(+1, "secretion", "dying cells release IL-1 alpha"),
    "recruits": Relation(+1, "localisation", "CXCL8 recruits neutrophils"),
    "differentiates_into": Relation(+1, "cell number", "naive T cells differentiate into Th17 cells"),
    "expands": Relation(+1, "cell number", "IL-2 expands regulatory T cells"),
    "supports": Relation(+1, "function", "IL-17 supports the gut barrier"),
    "drives": Relation(+1, "process", "TNF drives synovial inflammation"),
    "stabilises": Relation(+1, "stability", "IL-17 stabilises cytokine messenger RNA"),
    "permits": Relation(+1, "function", "antigen presentation permits T cell activation"),
    "raises": Relation(+1, "abundance", "hepcidin block raises serum iron"),
    "inhibits": Relation(-1, "activity", "SOCS3 inhibits IL-6 signalling"),
    "suppresses": Relation(-1, "expression", "IL-10 suppresses TNF"),
    "clears": Relation(-1, "abundance", "the IL-6 receptor clears serum IL-6"),
    "degrades": Relation(-1, "stability", "tristetraprolin degrades TNF messenger RNA"),
    "restrains": Relation(-1, "process", "regulatory T cells restrain T cell activation"),
    "depletes": Relation(-1, "cell number", "chemotherapy depletes lymphocytes"),
    "lowers": Relation(-1, "abundance", "hepcidin lowers serum iron"),
}

SUPPLIES = "supplies"
"""The verb that brings what a patient has nothing of; every other one needs something to act on."""

VERBS: dict[str, int] = {
    "blocks": -1,
    "neutralizes": -1,
    "depletes": -1,
    "sequesters": -1,
    "degrades": -1,
    "inhibits": -1,
    SUPPLIES: +1,
    "agonizes": +1,
    "stabilises": +1,
}

SYNONYMS = {"stabilizes": "stabilises"}
"""Other spellings of relations and verbs: read wherever the word is, never written."""


def canonical(word: str) -> str:
    """The one spelling of a relation or a verb under which everything else knows it.

    >>> canonical("stabilizes"), canonical("blocks")
    ('stabilises', 'blocks')
    """
    return SYNONYMS.get(word, word)


KINDS: dict[str, bool] = {  # kind -> fully there at rest (constitutive) unless the entity says otherwise
    "cytokine": False,
    "chemokine": False,
    "growth_factor": False,
    "hormone": False,
    "antibody": False,
    "protein": False,
    "molecule": False,
    "receptor": True,
    "marker": True,
    "complex": False,
    "signal": False,
    "kinase": True,
    "enzyme": True,
    "adaptor": True,
    "transcription_factor": False,
    "gene": False,
    "cell": True,
    "structure": True,
    "process": False,
    "readout": False,
    "measure": False,
    "symptom": False,
    "risk": False,
    "activity": False,
    "stimulus": False,
    "pathogen": False,
    "drug_exposure": False,
}

ABSENT_IN_HEALTH = frozenset({"stimulus", "pathogen", "drug_exposure"})
"""Kinds that a healthy subject has nothing of, unless the entity says otherwise."""

ENGINES = ("durable", "reference")
"""The engines that a result can come from."""

TONES = ("inducible", "constitutive")
DRIVERS = ("additive", "sufficient")
EVIDENCE_KINDS = ("human", "rct", "review", "genetic", "animal", "in_vitro", "database", "textbook")
STANCES = ("supports", "refutes", "mixed")
CONTEXT_KEYS = ("disease", "tissue", "cell", "phase", "dose", "species", "genotype", "comedication", "setting")
COMPARTMENTS = ("tissue", "cell")
OUTCOME_KINDS = ("activity", "risk")

COMBINATIONS = ("additive", "enabling", "gated_off", "opposing", "redundant", "undetermined")
"""How two drugs can combine at one entity."""

LIMITS = ("mechanism", "headroom", "redundant", "gate", "dose", "reach")

REASONS = (
    "no_known_mechanism",
    "out_of_context",
    "gate_closed",
    "nothing_to_lose",
    "no_room",
    "redundant",
    "faded",
    "out_of_reach",
)

PATTERNS = (
    "ligand_neutralisation",
    "receptor_blockade",
    "decoy",
    "shared_chain",
    "gate",
    "redundancy",
    "releasing_a_brake",
    "negative_feedback",
    "positive_loop",
    "lost_clearance",
    "dose_switch",
    "context_switch",
    "nothing_to_lose",
    "amount_is_not_activity",
    "marker_is_not_cause",
)

SLIPS = {
    "sign_flipped": "an inhibition was read as an activation, or two inhibitions as one",
    "gate_missed": "one part of a gate was thought to be enough",
    "feedback_ignored": "what pushes back was left out",
    "level_for_activity": "how much there is was taken for what it does",
    "context_slipped": "what holds in another tissue, disease or dose was carried over",
    "redundancy_ignored": "what else drives the same thing was forgotten",
    "one_path_only": "the first path found was followed and the others were not looked for",
    "marker_as_cause": "what only follows was taken for what drives",
}
"""The inference steps at which reasoning about mechanisms goes wrong, each with what went wrong."""

NEAR, NEAR_ELSEWHERE = 5, 1
"""How many links may lie between a place where an effect stops and what is asked, for the stop to be a reason; and
between a rule that holds elsewhere and what is asked."""

MOST_NAMED = 4  # of a long list in a sentence; the rest is counted

DISCLAIMER = (
    "Educational, hypothetical case: a prediction from simplified rules, not medical advice "
    "and not a basis for treating anybody."
)
