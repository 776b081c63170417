"""Reading a learner's chain: ``tocilizumab -| IL-6R -> IL-6 signalling``, or the same in words.

Names are looked up, never guessed: a name that is not known stays unknown, with the names that may have been
meant, because a grade for something the learner did not say teaches the wrong lesson.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from theralogic.model.errors import InvalidInputError
from theralogic.model.names import fold, lookup, squash
from theralogic.model.vocabulary import RELATIONS, SYNONYMS, VERBS
from theralogic.results.arm_view import ArmView

ARROW = re.compile(r"\s*(?:(?P<raises>[-–—=]*[-–—=]>|[→⟶⇒➔➜⟹↦])|(?P<lowers>[-–—=]+[|\]]|[-–—]*[⊣⟞┤]))\s*")
BREAK = re.compile(r"[;\n]+")
COMMON = {  # what people say besides the words of the rule language
    **dict.fromkeys(
        "increases stimulates promotes causes triggers enhances upregulates up-regulates boosts makes switches_on "
        "leads_to gives_rise_to maintains".split(),
        +1,
    ),
    **dict.fromkeys(
        "decreases reduces prevents removes downregulates down-regulates antagonises antagonizes dampens "
        "switches_off stops neutralises silences".split(),
        -1,
    ),
}
KNOWN = {**{word: r.sign for word, r in RELATIONS.items()}, **VERBS, **COMMON}
WORDS = {**KNOWN, **{other: KNOWN[word] for other, word in SYNONYMS.items()}}
JOIN = re.compile(r"[,.]\s+|[,.]$|\b(?:which|that|who|and|then|so|thus|therefore|thereby|in turn|it|this)\b", re.I)
MAX_LINKS = 40
MAX_TEXT = 4000


class Term(NamedTuple):
    """A name as written and what it stands for: an entity's or drug's id, or nothing and the names near it."""

    text: str
    id: str
    near: tuple[str, ...] = ()


class ClaimedLink(NamedTuple):
    """A link as the learner claims it: ``sign`` +1 raises, -1 lowers."""

    source: Term
    sign: int
    target: Term


def read_chain(arm: ArmView, text: str) -> tuple[ClaimedLink, ...]:
    """The links of a chain, in the order written.

    Raises :class:`InvalidInputError` (``bad-chain``) where no link can be found in ``text``.
    """
    if len(text) > MAX_TEXT:
        raise InvalidInputError("bad-chain", f"the chain is longer than {MAX_TEXT} characters", help="write less")
    parts = [part.strip() for part in BREAK.split(text) if part.strip()]
    links = [link for part in parts for link in (_arrows(part) if ARROW.search(part) else _sentence(arm, part))]
    if not links:
        shown = text.strip()[:80]
        help = "write `A -> B -| C`, or `A activates B, B inhibits C`"
        raise InvalidInputError("bad-chain", f"no link in `{shown}`", help=help)
    if len(links) > MAX_LINKS:
        raise InvalidInputError("bad-chain", f"more than {MAX_LINKS} links", help="one chain at a time")
    terms: dict[str, Term] = {}
    for name in (name for source, _, target in links for name in (source, target)):
        terms[name] = terms.get(name) or resolve_name(arm, name)
    return tuple(ClaimedLink(terms[source], sign, terms[target]) for source, sign, target in links)


def resolve_name(arm: ArmView, text: str) -> Term:
    """What a name stands for in this case: an entity, a drug that is given or known, or a disease's activity."""
    known = lookup(arm.kb.names["intervention"], text)
    for drug in arm.context.interventions:
        if drug.id == known or squash(text) in (squash(drug.name), squash(drug.id)):
            return Term(text, drug.id)
    for kind in ("entity", "intervention"):
        found = lookup(arm.kb.names[kind], text)
        if found:
            return Term(text, found)
    disease = lookup(arm.kb.names["disease"], text)
    if disease and (activity := arm.kb.diseases[disease].activity):
        return Term(text, activity)  # who writes that RA falls means that it is less active
    return Term(text, "", tuple(_near(arm, text)))


def _near(arm: ArmView, text: str) -> Iterator[str]:
    """Up to three names that may have been meant: within what was written, alike, or containing it; from here first."""
    import difflib  # slow to import, and most names are right

    ids = {**arm.kb.names["intervention"], **arm.kb.names["entity"]}
    wanted = squash(text)

    def elsewhere(name: str) -> bool:
        return ids[name] not in arm.changes

    within = sorted((n for n in ids if len(squash(n)) > 2 and squash(n) in wanted), key=lambda n: (-len(n), n))
    close = difflib.get_close_matches(fold(text)[:80], list(ids), n=6, cutoff=0.6)
    around = sorted((n for n in ids if len(wanted) > 2 and wanted in squash(n)), key=lambda n: (len(n), n))
    found = [*around[:1], *within[:1], *close[:1], *sorted((*close[1:], *around), key=elsewhere)]
    yield from list(dict.fromkeys(_called(arm, ids[name]) for name in found))[:3]


def _called(arm: ArmView, id: str) -> str:
    return arm.kb.entities[id].name if id in arm.kb.entities else arm.kb.interventions[id].name


def _arrows(text: str) -> Iterator[tuple[str, int, str]]:
    names = ARROW.split(text)  # name, raises, lowers, name, ...
    for at in range(0, len(names) - 3, 3):
        source, target = names[at].strip(" ,."), names[at + 3].strip(" ,.")
        if source and target:
            yield source, 1 if names[at + 1] else -1, target


def _verbs(text: str) -> list[tuple[int, int, int]]:
    """Where verbs stand: start, end, sign. The plain form counts only after a plural (``cells produce``)."""
    found = []
    for word, sign in WORDS.items():
        said = word.replace("_", "[ _]")
        plain = re.sub(r"^(\w+?)s\b", r"\1", said)
        for match in re.finditer(rf"(?<![\w-]){said}(?![\w-])|(?<=s ){plain}(?![\w-])", text, re.I):
            found.append((match.start(), match.end(), sign))
    return sorted(found)


def _sentence(arm: ArmView, text: str) -> Iterator[tuple[str, int, str]]:
    verbs = _verbs(text)
    if not verbs:
        return
    gaps = [text[: verbs[0][0]]]
    gaps += [text[a[1] : b[0]] for a, b in zip(verbs, verbs[1:], strict=False)]
    gaps.append(text[verbs[-1][1] :])
    pairs = [_shared(arm, gap) for gap in gaps]
    for at, (_, _, sign) in enumerate(verbs):
        source, target = pairs[at][1], pairs[at + 1][0]
        if source and target:
            yield source, sign, target


def _shared(arm: ArmView, gap: str) -> tuple[str, str]:
    """What stands between two verbs: the object of the first and the subject of the next, often the same thing."""
    whole = _bare(gap)
    if resolve_name(arm, whole).id:
        return whole, whole
    for match in JOIN.finditer(gap):
        before, after = _bare(gap[: match.start()]), _bare(gap[match.end() :])
        if before and resolve_name(arm, before).id and (not after or resolve_name(arm, after).id):
            return before, after or before
    parts = [part for part in map(_bare, JOIN.split(gap)) if part]
    return (parts[0], parts[-1]) if parts else ("", "")


def _bare(text: str) -> str:
    """A name without the words that only join sentences."""
    text = text.strip(" ,.\t")
    while True:
        shorter = re.sub(
            r"^(?:and|which|that|then|so|the|an?)\b\s*|\s*\b(?:and|which|that|then|so)$", "", text, flags=re.I
        )
        if shorter == text:
            return text
        text = shorter.strip(" ,.\t")


def chain_as_text(arm: ArmView, links: Iterable[tuple[str, int, str]]) -> str:
    """Links as a learner would write them; consecutive ones share their names."""
    said: list[str] = []
    last = ""
    for source, sign, target in links:
        arrow = "->" if sign > 0 else "-|"
        if source == last:
            said[-1] += f" {arrow} {arm.name(target)}"
        else:
            said.append(f"{arm.name(source)} {arrow} {arm.name(target)}")
        last = target
    return "; ".join(said)
