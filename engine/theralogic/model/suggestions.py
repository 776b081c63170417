"""What may have been meant by a name that nobody has: a wrong suggestion is worse than none.

A name is compared word by word. Digits, single letters and prefixes that turn a word round must agree; a short word
must be right; the ending that drugs of one class share is not counted as likeness.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain

from theralogic.model.readings import words
from theralogic.model.records import Disease, Entity, Intervention, KnowledgeBase
from theralogic.model.vocabulary import MOST_NAMED
from theralogic.model.word_forms import fold, has_sign

SHORT = 3  # so few letters are one letter from too many names
BEGINS = 5  # so many letters begin few words
MOST_LETTERS = 80
MOST_MEANT = 3
_LETTERS_A_SLIP = 5
_WORDS = 12
_COMMON = frozenset(
    "a active activity acute agonist antagonist antibody at blocker blood by cell chronic count deficiency disease "
    "disorder factor from in infection inhibitor level ligand of on primary receptor response risk secondary serum "
    "signaling syndrome the therapy to treatment with".split()
)
_ENDS = (  # what words of one class end in, so that it is no likeness; a longer one stands before its own end
    "axumab bumab cizumab kinumab kizumab limumab lizumab lumab lixizumab rizumab tizumab vizumab xizumab zumab ximab "
    "umab mab citinib brutinib rafenib tinib nib cept kinra leukin gramostim grastim stim poetin coxib lukast limus "
    "solone sone onide mod stat osis itis oma emia"
).split()
_INTERLEUKIN = re.compile(r"il(?:4[2-9]|[5-9]\d)$")  # there are 41, so that a higher number is a slip
_TURNS = ("hyper", "hypo", "anti")
_CLASS_STEMS = {  # what the end of a drug's name says of its class, and what that class acts on
    "citinib": ("JAK inhibitor", ("JAK1", "JAK2", "JAK3", "TYK2")),
    "brutinib": ("BTK inhibitor", ("BTK",)),
    "poetin": ("erythropoietin", ("EPO",)),
    "grastim": ("G-CSF", ("CSF3",)),
    "gramostim": ("GM-CSF", ("CSF2",)),
    "leukin": ("recombinant interleukin", ("IL2", "IL2_signalling", "IL2RB", "IL11")),
    "coxib": ("COX-2 inhibitor", ("PTGS2",)),
}


def nearest_things(kb: KnowledgeBase, text: str, kinds: Sequence[str]) -> str:
    """A help line with the things whose names are nearly ``text``, or with the class of a drug; else empty."""
    kind_of = {name: kind for kind in reversed(kinds) for name in kb.names[kind] if not _CURIE.match(name)}
    near = [_written(kb, kind_of[name], name) for name in nearest_names(kind_of, text, kb.names, kind_of)]
    if near:
        return f"did you mean {listed(near)}?"
    return _same_class(kb, text) if "intervention" in kinds else ""


_CURIE = re.compile(r"[a-z]+:\S+$")


def listed(names: Iterable[str]) -> str:
    """Names that may have been meant, as in a question."""
    return " or ".join(f"`{name}`" for name in names)


def _written(kb: KnowledgeBase, kind: str, name: str) -> str:
    """``name`` as it is written in the rules."""
    known: dict[str, Mapping[str, Entity | Disease | Intervention]] = {
        "entity": kb.entities,
        "disease": kb.diseases,
        "intervention": kb.interventions,
    }
    thing = known[kind][kb.names[kind][name]]
    return next((written for written in (thing.name, *thing.aliases, thing.id) if fold(written) == name), thing.name)


def _same_class(kb: KnowledgeBase, text: str) -> str:
    """Drugs of the class that the end of an unknown drug's name says, offered as such and not as the same thing."""
    parts = words(text)
    for stem, (name, targets) in _CLASS_STEMS.items():
        if parts and parts[-1].endswith(stem) and len(parts[-1]) > len(stem):
            drugs = sorted(d.id for d in kb.interventions.values() if any(a.target in targets for a in d.actions))
            if drugs:
                shown = ", ".join(drugs[:MOST_NAMED])
                return f"the rules do not know this drug; by its name it is of the class {name}, as are {shown}"
    return ""


def nearest_names(
    names: Iterable[str],
    text: str,
    kinds: Mapping[str, Mapping[str, str]] | None = None,
    kind_of: Mapping[str, str] | None = None,
) -> list[str]:
    """The names that may have been meant, the likeliest first; one name for each thing."""
    if has_sign(text):
        return []  # the nearest name would be the one without the sign, which means the opposite
    wanted, strict = _words(text[:MOST_LETTERS])[:_WORDS], text.isupper()
    split = {name: _words(name) for name in names}
    known: dict[str, set[str]] = {word[0]: set() for word in wanted}  # nobody errs in the first letter
    for word in chain.from_iterable(split.values()):
        if word[0] in known:
            known[word[0]].add(word)
    like = {word: _like(word, known[word[0]], strict) for word in wanted}
    scores = {name: score for name, parts in split.items() if (score := _score(wanted, parts, like))}
    if not scores:
        return []
    from rapidfuzz.distance import OSA

    lowest, form = min(scores.values()), fold(text[:MOST_LETTERS])
    alike = [(OSA.distance(form, name), len(name), name) for name, score in scores.items() if score == lowest]
    best: dict[str, str] = {}
    for _, _, name in sorted(alike):
        best.setdefault(kinds[kind_of[name]][name] if kinds and kind_of else name, name)
    return list(best.values()) if len(best) <= MOST_MEANT else []


@lru_cache(maxsize=16_384)
def _words(name: str) -> tuple[str, ...]:
    """The words of a name, with a number joined to the letters before it: ``IL-6`` is one word, as ``IL6`` is."""
    joined: list[str] = []
    for word in words(name):
        if joined and word[0].isdigit() and joined[-1].isalpha() and len(joined[-1]) < BEGINS:
            joined[-1] += word
        else:
            joined.append(word)
    return tuple(joined)


def _score(
    wanted: Sequence[str], parts: tuple[str, ...], like: Mapping[str, Mapping[str, int]]
) -> tuple[int, ...] | None:
    """How far a name is from what was written: slips, then words too many or too few. None where it is another."""
    slips, idle, met = 0, False, set()
    for word in wanted:
        near = [(like[word][part], part) for part in parts if part in like[word]]
        if near:
            slips += min(near)[0]
            met.add(min(near)[1])
        elif len(word) == 1:
            idle = True  # `IL-6 signalling x` is a slip, but `hepatitis B` is not the one of `C`
        elif word not in _COMMON:
            return None
    if not met or (met <= _COMMON and not _COMMON.issuperset(parts)):
        return None
    more = [part for part in parts if part not in met]
    if (slips or idle) and any(part not in _COMMON for part in more):
        return None
    missing = sum(not like[word] or like[word].keys().isdisjoint(parts) for word in wanted)
    return slips, sum(part not in _COMMON for part in more), missing, len(more)


def _like(word: str, known: Iterable[str], strict: bool) -> dict[str, int]:
    """The known words that ``word`` may be a slip for, each with the number of slips."""
    return {other: slips for other in known if (slips := _slips(word, other, strict)) is not None}


def _slips(word: str, other: str, strict: bool) -> int | None:
    """How many slips make ``other`` of ``word``, or None; of an abbreviation (``strict``) no letter may be left out."""
    if word == other:
        return 0
    if _INTERLEUKIN.match(word) and _undoubled(word) == other:
        return 1
    if not (word + other).isalpha():
        return None
    if _undoubled(word) == _undoubled(other):
        return 1
    if min(len(word), len(other)) < SHORT:
        return None
    if any(word.startswith(turn) != other.startswith(turn) for turn in _TURNS):
        return None
    if len(word) >= BEGINS and other.startswith(word):
        return 1
    end = next((end for end in _ENDS if word.endswith(end) and other.endswith(end)), "")
    word, other = word.removesuffix(end), other.removesuffix(end)
    if sorted(word) == sorted(other):
        return 1
    if not strict and len(other) == len(word) + 1 == SHORT + 1 and not Counter(word) - Counter(other):
        return 1
    from rapidfuzz.distance import OSA  # slow to import, and most runs go right

    most = max(len(word), len(other)) // _LETTERS_A_SLIP
    slips = OSA.distance(word, other, score_cutoff=most)
    return slips if slips <= most else None


def _undoubled(word: str) -> str:
    return re.sub(r"(.)\1", r"\1", word)
