"""One way to find a thing by what people call it: id, name or alias, in any case, with or without hyphens."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from theralogic.model.errors import NotFoundError, Problem, Problems, nearest
from theralogic.model.records import Disease, Entity, Intervention, KnowledgeBase
from theralogic.model.safe_text import quoted
from theralogic.model.vocabulary import MOST_NAMED

_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon "
    "phi chi psi omega"
).split()
# Unicode has them in this order, the sigma at the end of a word before the other. A German sharp s stands for beta.
_GREEK = str.maketrans(dict(zip(map(chr, range(0x3B1, 0x3CA)), _GREEK_NAMES, strict=True)) | {"ß": "beta", "ẞ": "beta"})
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_MINUS = re.compile(r"(?<=\S)-(?=[\s/,;)\]]|$)|(?<!\S)-(?=/|$)")
_MEANS = frozenset("↑↓!¬~<>=≤≥%")  # signs that make another thing of a name
_LETTERS = {"a": "alpha", "b": "beta", "g": "gamma", "d": "delta", "k": "kappa"}
_AGAINST = re.compile(r"^anti[ -]?|[ -](antibody|antagonist|blockade|blocker|inhibitor|inhibition)s?$", re.IGNORECASE)
SHORT = 3  # so few letters begin too many names
SEARCH = "see `theralogic rules search TEXT`"

# What follows in a name qualifies its head: "survival of T cells" is one thing, "T cells in blood" are many.
QUALIFIES = re.compile(r" (?:against|at|between|by|from|in|of|on|over|primed|that|through|to|under|with)\b.*")


def fold(text: str) -> str:
    """The form under which names are compared.

    >>> fold("  IL-1β  signalling ")
    'il-1beta signalling'
    """
    if not text.isascii():
        # Full-width letters and raised signs are the plain ones; capital Greek letters are the small ones.
        text = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).translate(_GREEK)
        text = text.casefold().translate(_GREEK)
    return " ".join(text.casefold().replace("_", " ").split())


def squash(text: str) -> str:
    """Letters and digits only, for what people type: ``IL 6`` and ``il-6`` are one name.

    A sign that means the opposite is kept, so that a name with it is never taken for the one without.

    >>> squash("CD4+ T cells"), squash("CD4- T cells"), squash("IL10 -/-")
    ('cd4tcells', 'cd4minustcells', 'il10minusminus')
    """
    form = fold(text)
    if "-" in form:
        form = _MINUS.sub("minus", form)
    return "".join(c for c in form if c.isalnum() or c in _MEANS)


def respelt(text: str) -> str:
    """British and American spelling made one, on top of :func:`squash`.

    >>> respelt("IL-6 signaling") == respelt("IL-6 signalling"), respelt("hemoglobin") == respelt("haemoglobin")
    (True, True)
    """
    form = squash(text)
    for british, american in (("ae", "e"), ("oe", "e"), ("our", "or"), ("ll", "l"), ("z", "s")):
        form = form.replace(british, american)
    return form


def lookup(names: Mapping[str, str], text: str) -> str | None:
    """The id that ``text`` stands for, or None; the looser form counts only where one id has it."""
    found = names.get(fold(text))
    if found is not None:
        return found
    plain = squash(text)
    # `TNFa` is how people type TNF alpha; that reading comes late, as many a name ends in such a letter.
    greek = plain[:-1] + _LETTERS.get(plain[-1:], plain[-1:])
    for form, wanted in ((squash, plain), (squash, greek), (respelt, respelt(text))):
        near = {names[name] for name in _by_form(names, form).get(wanted, ()) if wanted}
        if len(near) == 1:
            return near.pop()
    return None


_INDEXES: dict[tuple[int, Callable[[str], str]], tuple[Mapping[str, str], int, dict[str, list[str]]]] = {}
_MOST_INDEXES = 12


def _by_form(names: Mapping[str, str], form: Callable[[str], str]) -> Mapping[str, list[str]]:
    """The names that have each form, worked out once for all that is looked up among the same names."""
    key = id(names), form
    held = _INDEXES.get(key)
    if held is None or held[0] is not names or held[1] != len(names):
        index: dict[str, list[str]] = {}
        for name in names:
            index.setdefault(form(name), []).append(name)
        if len(_INDEXES) >= _MOST_INDEXES:
            _INDEXES.clear()
        # The names are held too, so that no other mapping can come to have their number.
        held = _INDEXES[key] = names, len(names), index
    return held[2]


def find(kb: KnowledgeBase, kind: str, text: str) -> str:
    """Id of the entity, disease or intervention that ``text`` names.

    Raises :class:`NotFoundError` (``unknown-entity``, ``unknown-disease``, ``unknown-intervention``).
    """
    return find_all(kb, {kind: (text,)})[kind][0]


def find_all(kb: KnowledgeBase, wanted: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Ids of many names at once, by kind, each once; raises :class:`NotFoundError` with every name not known."""
    problems = Problems()
    found: dict[str, dict[str, None]] = {kind: {} for kind in wanted}
    for kind, names in wanted.items():
        for name in names:
            identity = lookup(kb.names[kind], name)
            if identity is None:
                problems.append(not_found(kb, kind, name, problems))
            else:
                found[kind][identity] = None
    if problems:
        raise NotFoundError.of(problems)
    return {kind: tuple(ids) for kind, ids in found.items()}


def not_found(kb: KnowledgeBase, kind: str, text: str, problems: Problems) -> Problem:
    """That nothing is called ``text``, as the next of ``problems``."""
    help = problems.suggestion(lambda: _help(kb, kind, text)) or SEARCH
    return Problem(f"unknown-{kind}", f"unknown {kind} {quoted(text)}", help=help)


def suggest(names: Iterable[str], text: str) -> str:
    """A help line for a name that was not found among ``names``."""
    near = _nearest(names, text)
    return f"did you mean `{near}`?" if near else SEARCH


def suggest_name(kb: KnowledgeBase, text: str, *kinds: str) -> str:
    """A help line for a name that no entity, disease or intervention has; the nearest is shown as it is written."""
    kind_of = {name: kind for kind in reversed(kinds) for name in kb.names[kind]} if len(kinds) > 1 else {}
    near = _nearest([*kind_of] if kind_of else kb.names[kinds[0]], text)
    if near is None:
        return SEARCH
    kind = kind_of.get(near, kinds[0])
    known: dict[str, Mapping[str, Entity | Disease | Intervention]] = {
        "entity": kb.entities,
        "disease": kb.diseases,
        "intervention": kb.interventions,
    }
    thing = known[kind][kb.names[kind][near]]
    written = next((name for name in (thing.name, *thing.aliases, thing.id) if fold(name) == near), near)
    return f"did you mean `{written}`?"


def _nearest(names: Iterable[str], text: str) -> str | None:
    if _MINUS.search(fold(text)):
        return None  # the nearest name would be the one without the sign, which means the opposite
    start = squash(text).removesuffix("s")
    begun = []
    if len(start) > SHORT:
        if isinstance(names, Mapping):
            begun = [n for form, same in _by_form(names, squash).items() if form.startswith(start) for n in same]
        else:
            begun = [name for name in names if squash(name).startswith(start)]
    if begun:  # `crohns` is nearer to `crohn disease` than to any name of its own length
        return min(begun, key=lambda name: (len(name), name))
    return nearest(fold(text), names)


def _help(kb: KnowledgeBase, kind: str, text: str) -> str:
    """For a drug that is named by what it acts on, as in ``anti-TNF``, the drugs that do; else the nearest name."""
    target = lookup(kb.names["entity"], _AGAINST.sub("", text.strip())) if kind == "intervention" else None
    drugs = [d.id for d in kb.interventions.values() if any(a.target == target for a in d.actions)]
    if not drugs:
        return suggest_name(kb, text, kind)
    more = f" and {len(drugs) - MOST_NAMED} more" if len(drugs) > MOST_NAMED else ""
    return f"what acts on {target}: {', '.join(sorted(drugs)[:MOST_NAMED])}{more}"


def plural(name: str) -> bool:
    """Whether a name is that of several things.

    >>> plural("Th17 cells"), plural("survival of T cells"), plural("fibrosis")
    (True, False, False)
    """
    head = QUALIFIES.sub("", name)
    return head.endswith("s") and not head.endswith(("is", "ss", "us"))
