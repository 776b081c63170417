"""Whatever comes in as a file, a table, a result or an option: an answer or a reason, and nothing raw.

``THERALOGIC_HOSTILE=100000`` tries more than the ten thousand cases of every run.
"""

from __future__ import annotations

import json
import random
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz.hostile import ODD, SMALL, civil, dumped, fit_to_show, pair, run, trees, trying, word

from theralogic.files.cases import case_from
from theralogic.files.load import read_case, read_rules
from theralogic.files.locations import load_kb
from theralogic.files.resolve import Resolver
from theralogic.interchange.logical_model import read_bnet
from theralogic.model.errors import InvalidInputError, TheralogicError
from theralogic.model.records import KnowledgeBase
from theralogic.model.result import to_json
from theralogic.reasoning import reference
from theralogic.results.assemble import solve
from theralogic.verify import read_result, verify

CASE = (SMALL / "cases" / "ra-tocilizumab.yaml").read_bytes()
RULES = {path: path.read_bytes() for path in sorted((SMALL / "rules").rglob("*.yaml"))}


@pytest.fixture(autouse=True, scope="module")
def no_cache() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("THERALOGIC_CACHE", "off")
        patch.setenv("COLUMNS", "100")
        yield


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small rule base."""
    folder = tmp_path_factory.mktemp("rules")
    shutil.copytree(SMALL / "rules", folder / "rules")
    return folder


@cache
def rules() -> KnowledgeBase:
    return load_kb(SMALL)


def refused_or_understood(text: bytes) -> None:
    """A case from bytes gives a result that verifies, or an error that can be shown."""
    kb = rules()
    try:
        case = case_from(read_case(text, "try.yaml"), kb)
    except InvalidInputError as error:
        fit_to_show(error)
        return
    assert verify(kb, solve(kb, case, reference), case=case) == []


DAMAGE = (b"", b"\n", b": ", b"- ", b"[", b"}", b"\t", b"\xc3", b"&a ", b"*a", b"!!x ", b"\xe2\x80\xae", b"0", b"\0")


def mutated(text: bytes, rng: random.Random) -> bytes:
    """A text with a few bytes, lines or words damaged."""
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(text) + 1)
        end = min(len(text), at + rng.choice((0, 1, 1, 3, 20)))
        patch = rng.choice(
            (*DAMAGE, bytes([rng.randrange(256)]), rng.choice(ODD).encode("utf-8", "surrogatepass")[:60])
        )
        text = text[:at] + patch + text[end:]
    return text


@trying(0.2)
@given(st.binary(max_size=300))
def test_any_bytes_as_a_case(text: bytes) -> None:
    refused_or_understood(text)


@trying(0.25)
@given(st.randoms(use_true_random=False))
def test_a_case_with_damage(rng: random.Random) -> None:
    refused_or_understood(mutated(CASE, rng))


@trying(0.03)
@given(st.data())
def test_a_case_with_anything_anywhere(data: st.DataObject) -> None:
    case = yaml.safe_load(CASE)
    keys = st.sampled_from((*case, "arms", "context", "teaching", "vignette")) | word
    for key, value in data.draw(st.dictionaries(keys, trees, min_size=1, max_size=3)).items():
        case[key] = value
    refused_or_understood(dumped(case))


@trying(0.1)
@given(st.randoms(use_true_random=False))
def test_rules_with_damage(root: Path, rng: random.Random) -> None:
    hurt = rng.choice(list(RULES))
    target = root / hurt.relative_to(SMALL)
    target.write_bytes(mutated(RULES[hurt], rng))
    try:
        Resolver(read_rules(root)).knowledge_base()
    except InvalidInputError as error:
        fit_to_show(error)
    finally:
        target.write_bytes(RULES[hurt])


@trying(0.02)
@given(st.sampled_from(sorted(RULES)), st.lists(trees, min_size=1, max_size=3))
def test_rules_of_any_shape(root: Path, path: Path, items: list[Any]) -> None:
    target = root / path.relative_to(SMALL)
    sound = yaml.safe_load(RULES[path])
    first = sound[0] if isinstance(sound, list) else sound
    odd = [{**first, **item} if isinstance(item, dict) else item for item in items]
    target.write_bytes(dumped([*sound, *odd] if isinstance(sound, list) else odd[0]))
    try:
        Resolver(read_rules(root)).knowledge_base()
    except InvalidInputError as error:
        fit_to_show(error)
    finally:
        target.write_bytes(RULES[path])


# -- options ------------------------------------------------------------------------------------------------------


options = st.lists(
    st.tuples(st.sampled_from(("--ask", "--set", "--dose", "--by", "--format", "--engine")), pair).map("=".join) | word,
    max_size=4,
)


@trying(0.05)
@given(word, options)
def test_predict_with_any_words(disease: str, more: list[str]) -> None:
    civil(run(["predict", disease, *_speakable(more)]))


@trying(0.05)
@given(
    st.lists(
        st.tuples(st.sampled_from(("--add", "--remove", "--replace", "--set", "--dose")), pair), min_size=1, max_size=3
    )
)
def test_what_if_with_any_words(changes: list[tuple[str, str]]) -> None:
    civil(run(["what-if", "ra-tocilizumab", *_speakable([part for change in changes for part in change])]))


@trying(0.04)
@given(
    st.sampled_from(
        (
            *("evaluate", "explain", "step", "why-not", "compare", "timeline", "graph", "report", "teach", "test"),
            *("rules show", "rules search", "rules list", "cases show", "cases check", "course show", "quiz grade"),
        )
    ),
    st.lists(word, max_size=2),
)
def test_any_command_with_any_words(command: str, words: list[str]) -> None:
    civil(run([*command.split(), *_speakable(words)]))


def _speakable(words: list[str]) -> list[str]:
    """What an operating system lets through as an argument; nothing that makes a command write a file."""
    kept = [w.replace("\0", "") for w in words]
    return [w for w in kept if not w.startswith(("-o", "--output")) and w not in ("--help", "-h")]


# -- tables, results, models ------------------------------------------------------------------------------------------


HEADS = (
    b"id,intervention,target,mode,disease,dose,findings,comparator,outcome,scored\n",
    b"id,intervention,disease,dose,readout,direction,scored\n",
)
ROW = b"O1,tocilizumab,IL6R,receptor_blocker,rheumatoid arthritis,standard,IL6=high,,improves,1\n"


@trying(0.05)
@given(st.sampled_from(HEADS), st.lists(st.lists(word, max_size=10), max_size=3), st.binary(max_size=30))
def test_a_table_of_anything(head: bytes, rows: list[list[str]], tail: bytes) -> None:
    body = b"".join(",".join(row).encode("utf-8", "surrogatepass") + b"\n" for row in rows)
    civil(run(["score", "-"], stdin=head + ROW + body + tail))


@trying(0.05)
@given(st.randoms(use_true_random=False))
def test_a_table_with_damage(rng: random.Random) -> None:
    civil(run(["score", "-"], stdin=mutated(HEADS[0] + ROW * 3, rng)))


@cache
def _result() -> bytes:
    kb = rules()
    return json.dumps(to_json(solve(kb, case_from(read_case(CASE, "c.yaml"), kb), reference))).encode()


@trying(0.08)
@given(st.randoms(use_true_random=False))
def test_a_result_with_damage(rng: random.Random) -> None:
    try:
        for result in read_result(mutated(_result(), rng), "result.json"):
            verify(rules(), result)
    except InvalidInputError as error:
        fit_to_show(error)


@trying(0.08)
@given(st.text(alphabet="AB,!&|() \n#01\x1b\u202e", max_size=60))
def test_any_text_as_a_model(text: str) -> None:
    try:
        read_bnet(text.encode(), "m.bnet")
    except TheralogicError as error:
        fit_to_show(error)
