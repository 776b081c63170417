"""The looser forms of a name, and the other ways in which people write it.

What belongs to one thing (a brand, an abbreviation) is an alias in the rules. What belongs to the language
(spelling, plural, possessive, an inverted heading, a salt, a Greek letter) is here. Nothing imports it before a name
is not found as it is written, since its tables take longer to make than most commands have.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from theralogic.model.word_forms import fold, has_sign, squash

MOST_LETTERS = 300
MOST_TABLES = 16
LONG = 5  # so many letters make a word; shorter ones are abbreviations, which have neither plural nor spelling

_APOSTROPHE = re.compile("[\u2018\u2019\u02bc`´]")
_POSSESSIVE = re.compile(r"(?<=\w)'s?(?!\w)")
_WORD = re.compile(r"[^\W_]+")
_PLURALS = (
    (re.compile(r"(?<=[a-z]{3})itides$"), "itis"),
    (re.compile(r"(?<=[a-z]{2})oses$"), "osis"),
    (re.compile(r"(?<=[a-z]{2})mata$"), "ma"),
    (re.compile(r"(?<=[a-z]{2})ies$"), "y"),
    (re.compile(r"(?<=[a-z]{2})(?<=us|ss|.x|sh|ch)es$"), ""),
    (re.compile(r"(?<=[a-z]{3})(?<![sui])s$"), ""),
)
_SPELLINGS = (
    (re.compile(r"[ao]e"), "e"),
    (re.compile(r"our(?=$|s$|al)"), "or"),
    (re.compile(r"(?<=[aeiou])ll(?=[aeiou])"), "l"),
    (re.compile(r"sulph"), "sulf"),
    (re.compile(r"leuco(?=c|p|s)"), "leuko"),
    (re.compile(r"(?<=[a-z]{2})tre$"), "ter"),
    (re.compile(r"fibre"), "fiber"),
    (re.compile(r"z"), "s"),
)
# A Greek letter by its name, as the letter that symbols have: `IL-1 beta` is `IL1B`.
_LETTERS = {name: name[0] for name in ("alpha", "alfa", "beta", "gamma", "delta", "epsilon", "kappa", "lambda")}
_LETTER = re.compile(rf"(?:{'|'.join(_LETTERS)})(?![a-z])")
_PHRASES = tuple(  # how protein databases write out what everybody abbreviates
    (re.compile(rf"\b{long}s?\b ?"), short)
    for long, short in (
        ("tumor necrosis factor receptor superfamily member", "tnfrsf"),
        ("tumor necrosis factor ligand superfamily member", "tnfsf"),
        ("tumor necrosis factor", "tnf"),
        ("transforming growth factor", "tgf"),
        ("signal transducer and activator of transcription", "stat"),
        ("toll like receptor", "tlr"),
        ("c c motif chemokine(?: ligand)?", "ccl"),
        ("c x c motif chemokine(?: ligand)?", "cxcl"),
        ("c c (?:motif )?chemokine receptor(?: type)?", "ccr"),
        ("c x c (?:motif )?chemokine receptor(?: type)?", "cxcr"),
        ("janus kinase", "jak"),
        ("mitogen activated protein kinase", "mapk"),
        ("vascular endothelial growth factor", "vegf"),
        ("interleukin", "il"),
        ("interferon", "ifn"),
        ("immunoglobulin", "ig"),
        ("cluster of differentiation", "cd"),
    )
)
_LONG = re.compile("interleukin|interferon|factor|receptor|kinase|signal|chemokine|immunoglobulin|cluster")
_TELLS_NOTHING = frozenset({"subunit", "chain", "precursor", "type", "the"})
_RECEPTOR = re.compile(r"(?<=\w)receptor")

_LAST = {"a": "alpha", "b": "beta", "g": "gamma", "d": "delta", "e": "epsilon", "k": "kappa"}

_INVERTED = re.compile(r"\s*,\s*")
_BRACKET = re.compile(r"\s*[(\[]([^()\[\]]+)[)\]]\s*$")
_SALTS = frozenset(
    "aceponate acetate acetonide acid arginine benzoate besilate besylate bromide buteprate butyrate calcium "
    "caproate chloride citrate diacetate dihydrate dihydrochloride dipropionate disodium ditosylate esilate "
    "esylate etabonate fumarate furoate hcl hemihydrate hemisuccinate hexacetonide hexanoate hydrate "
    "hydrobromide hydrochloride lactate malate maleate meglumine mesilate mesylate metasulfobenzoate "
    "monohydrate nitrate phosphate pivalate potassium propionate sodium succinate sulfate sulphate tartrate "
    "tebutate tosilate tosylate trometamol valerate".split()
)
_FORMS = frozenset(
    "biosimilar er im infusion injection iv monotherapy mr sc tablet tablets therapy treatment xr".split()
)
_ROUTE = re.compile(r"^(?:oral|intravenous|iv|subcutaneous|sc)\s+(?=\S)")
_BIOSIMILAR = re.compile(r"(?<=mab|ept|tim|ase|tin|lfa|eta)-[a-z]{4}$")
_MADE = re.compile(r"^(?:(?:recombinant|human|synthetic) |rh(?:u-?|-)?(?=il|g|ifn|epo|tnf)|rec-?(?=il))+")
_SERUM = re.compile(r"^(?:serum|plasma|blood|circulating) (?=\S)")
_AMOUNT = re.compile(r" (?:levels?|concentrations?|numbers?|titres?|titers?)$")
_RISK = re.compile(r"^(?:risks?|incidence|rates?) of ")
_ACTIVITY = re.compile(r"^(?:disease )?(?:activity|severity) of |[ -](?:disease )?(?:activity|severity)$")
_KINDS_OF_ILLNESS = (" disease", " syndrome", " disorder")


def words(text: str) -> list[str]:
    """The words of a name, each in one spelling, one number and without accents or possessive.

    >>> words("Behçet's diseases"), words("haemolytic anaemias"), words("Th17 cells")
    (['behcet', 'disease'], ['hemolytic', 'anemia'], ['th17', 'cell'])
    """
    form = fold(text)
    if not form.isascii():
        form = unicodedata.normalize("NFKD", _APOSTROPHE.sub("'", form))
        form = "".join(c for c in form if not unicodedata.combining(c))
    form = _POSSESSIVE.sub("", form)
    return [_spelt(word) for word in _WORD.findall(form)]


@lru_cache(maxsize=8192)
def _spelt(word: str) -> str:
    if len(word) < LONG:
        return word
    for pattern, one in _PLURALS:
        word, changed = pattern.subn(one, word)
        if changed:
            break
    for pattern, one in _SPELLINGS:
        word = pattern.sub(one, word)
    return word


def loose(text: str) -> str:
    """The loosest form of a name; empty for a name with a sign that must not be lost.

    >>> loose("Interleukin-6 receptor subunit alpha") == loose("IL-6Rα") == loose("IL6RA")
    True
    >>> loose("C-C motif chemokine 2") == loose("CCL2"), loose("haemoglobin") == loose("hemoglobin")
    (True, True)
    """
    if has_sign(text):
        return ""
    form = " ".join(word for word in words(text) if word not in _TELLS_NOTHING)
    for pattern, short in _PHRASES if _LONG.search(form) else ():
        form = pattern.sub(short, form)
    form = _LETTER.sub(lambda found: _LETTERS[found.group()], form)
    return _RECEPTOR.sub("r", form.replace(" ", ""))


def readings(text: str) -> Iterator[str]:
    """``text``, then what else it may be a way to write, the surest first.

    >>> list(readings("Arthritis, Rheumatoid"))[1]
    'rheumatoid arthritis'
    >>> "tofacitinib" in readings("tofacitinib citrate"), "adalimumab" in readings("adalimumab-atto")
    (True, True)
    """
    yield text
    if has_sign(text):
        return
    form = fold(text)
    headings = [form]
    if "," in form:
        parts = _INVERTED.split(form)
        headings = [" ".join(reversed(parts)), " ".join((*parts[1:], parts[0]))]
        yield from headings
    for heading in headings:
        yield from _drug_forms(heading)
    for heading in headings:
        yield from _illness_forms(heading)
    for heading in headings:
        yield from _readout_forms(heading)


def bracketed(text: str) -> tuple[str, str] | None:
    """A name and what stands in brackets behind it.

    >>> bracketed("rheumatoid arthritis (RA)")
    ('rheumatoid arthritis', 'RA')
    """
    found = _BRACKET.search(text)
    return (text[: found.start()], found.group(1)) if found and found.start() else None


def _drug_forms(form: str) -> Iterator[str]:
    """Without what does not make it another drug: salt, ester, the letters of a biosimilar, the form it is given in."""
    bare = _BIOSIMILAR.sub("", form)
    if bare != form:
        yield bare
    parts = _ROUTE.sub("", bare).split()
    while len(parts) > 1 and (parts[-1] in _SALTS or parts[-1] in _FORMS):
        parts.pop()
        yield " ".join(parts)
    if len(parts) < len(bare.split()):
        yield " ".join(parts)
    if made := _MADE.match(form):
        yield f"recombinant {form[made.end() :]}"


def _illness_forms(form: str) -> Iterator[str]:
    for kind in _KINDS_OF_ILLNESS:
        if form.endswith(kind):
            yield form.removesuffix(kind)
        else:
            yield form + kind


def _readout_forms(form: str) -> Iterator[str]:
    """As a risk and as the activity of a disease; without words that only say that something was measured."""
    if _ACTIVITY.search(form):
        form = _ACTIVITY.sub("", form)
        yield f"{form} activity"
        for ill in _illness_forms(form):
            yield f"{ill} activity"
        return
    if (bare := _AMOUNT.sub("", form)) != form:
        yield bare
    yield f"{_RISK.sub('', form)} risk"
    yield form.removesuffix(" risk")
    yield f"{form} activity"


class _Table(NamedTuple):
    """The names of one kind of thing under a looser form; what several things are called has no id."""

    names: Mapping[str, str]
    size: int
    form: Callable[[str], str]
    ids: Mapping[str, str]


_tables: list[_Table] = []


def looser(names: Mapping[str, str], text: str) -> str | None:
    """The id that ``text`` stands for in a looser form or another reading, where one id alone has it."""
    if len(text) > MOST_LETTERS:
        return None
    if found := in_any_form(names, text):
        return found
    if outer_and_inner := bracketed(text):
        outer, inner = (_in_any_reading(names, part) for part in outer_and_inner)
        return outer if outer == inner else None
    return _in_any_reading(names, text)


def _in_any_reading(names: Mapping[str, str], text: str) -> str | None:
    return next((found for reading in readings(text) if (found := in_any_form(names, reading))), None)


def in_any_form(names: Mapping[str, str], text: str) -> str | None:
    """The id of ``text`` as it is or in a looser form, but not in another reading."""
    found = names.get(fold(text))
    if found is not None:
        return found
    plain = squash(text)
    # `TNFa` is how people type TNF alpha; that reading comes late, as many a name ends in such a letter.
    greek = plain[:-1] + _LAST.get(plain[-1:], plain[-1:])
    squashed = by_form(names, squash)
    return squashed.get(plain) or squashed.get(greek) or by_form(names, loose).get(loose(text)) or None


def by_form(names: Mapping[str, str], form: Callable[[str], str]) -> Mapping[str, str]:
    for table in _tables:
        if table.names is names and table.form is form and table.size == len(names):
            return table.ids
    ids: dict[str, str] = {}
    for name, identity in names.items():
        other = form(name)
        if other and ids.setdefault(other, identity) != identity:
            ids[other] = ""
    _tables.append(_Table(names, len(names), form, ids))
    del _tables[:-MOST_TABLES]
    return ids
