"""Addresses as questions: one short form for each, read back as the same, whatever is thrown at them."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.serving import Client, small, waited

from theralogic.model.errors import InvalidInputError
from theralogic.serve.app import app
from theralogic.serve.query import KEYS, Query, changed, query, read, to_case

LIBRARY = small()
KB, CASE = LIBRARY.kb, LIBRARY.cases["one"]
CLIENT = Client(app(LIBRARY, log=lambda _: None))

drugs = st.sampled_from(["x", "y", "X", ""])
levels = st.sampled_from(["absent", "low", "normal", "elevated", "high"])
plain = st.sampled_from([e for e, entity in KB.entities.items() if not entity.members])
pairs = st.lists(
    st.one_of(
        st.tuples(st.just("give"), drugs),
        st.tuples(st.just("set"), st.builds("{}={}".format, plain, levels) | st.just("")),
        st.tuples(st.just("dose"), st.sampled_from(["x=low", "x=huge", "y=standard"])),
        st.tuples(st.just("ask"), plain),
        st.tuples(st.just("way"), st.sampled_from("AB")),
        st.tuples(st.just("by"), st.sampled_from(["", "hours", "weeks"])),
        st.tuples(st.just("arm"), st.sampled_from(["", "treated", "both"])),
        st.tuples(st.just("entity"), plain),
        st.tuples(st.just("level"), levels),
    ),
    max_size=8,
)


@settings(deadline=None)
@given(pairs)
def test_the_short_address_reads_back_as_the_same_question(written: list[tuple[str, str]]) -> None:
    sets = [value.partition("=")[0] for key, value in written if key == "set"]
    assume(len(sets) == len(set(sets)))
    asked = read(KB, CASE, written)
    short = query(asked)
    assert read(KB, CASE, parse_qsl(short, keep_blank_values=True)) == asked
    assert len(to_case(KB, CASE, asked).arms) == 1 + changed(asked)


@settings(deadline=None)
@given(pairs)
def test_exploring_too_has_one_address_for_each_question(written: list[tuple[str, str]]) -> None:
    sets = [value.partition("=")[0] for key, value in written if key == "set"]
    assume(len(sets) == len(set(sets)))
    pairs = [pair for pair in written if pair != ("arm", "both")]
    asked = read(KB, None, [("disease", "ill"), *pairs])
    assert read(KB, None, parse_qsl(query(asked), keep_blank_values=True)) == asked


def test_the_case_as_written_is_the_address_without_anything() -> None:
    assert read(KB, CASE, []) == Query("one")
    assert query(Query("one")) == ""
    assert read(KB, CASE, [("give", "x"), ("set", "B=elevated"), ("dose", "x=standard")]) == Query("one")


def test_a_drug_taken_away_leaves_its_dose_behind() -> None:
    asked = read(KB, CASE, [("give", "y"), ("dose", "x=low")])
    assert (asked.give, asked.doses) == (("y",), ())


def test_two_levels_for_one_entity_are_refused_as_on_the_command_line() -> None:
    with pytest.raises(InvalidInputError, match="`A` is set to two levels"):
        read(KB, CASE, [("set", "A=low"), ("set", "A=normal")])
    assert read(KB, CASE, [("set", "A=low"), ("set", "A=low")]).levels == (("A", "low"),)


def test_a_level_in_the_fields_for_a_new_one_is_the_one_that_counts() -> None:
    new = [("set", "A=low"), ("entity", "A"), ("level", "normal")]
    assert read(KB, CASE, new).levels == (("A", "normal"),)
    assert read(KB, CASE, [("set", "A=low"), ("entity", "B"), ("level", "")]).levels == (("A", "low"),)


@pytest.mark.parametrize("key", ["utm_source", "utm_campaign", "fbclid", "gclid"])
def test_what_a_mailer_adds_to_a_link_is_passed_over(key: str) -> None:
    assert read(KB, CASE, [(key, "mail"), ("set", "A=low")]) == read(KB, CASE, [("set", "A=low")])


anything = st.text(st.characters(codec="utf-8"), max_size=60)


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(["/cases/one", "/explore", "/api/result", "/report", "/rules", "/lessons/two"]),
       st.lists(st.tuples(st.sampled_from(KEYS) | anything, anything), max_size=6))  # fmt: skip
def test_whatever_is_asked_the_answer_is_a_page_or_says_what_is_wrong(
    path: str, written: list[tuple[str, str]]
) -> None:
    address = f"{path}?" + "&".join(f"{quote(key)}={quote(value)}" for key, value in written)
    answer = CLIENT.get(address)
    assert answer.status_code in (200, 303, 400, 404, 414)
    for _, value in written:
        if "<" in value or '"' in value:
            assert f'="{value}"' not in answer.text


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=80))
def test_any_bytes_after_the_question_mark_are_answered(text: bytes) -> None:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/cases/one",
        "raw_path": b"/cases/one",
        "query_string": text,
        "headers": [(b"host", b"localhost")],
        "http_version": "1.1",
        "scheme": "http",
        "server": ("localhost", 80),
        "root_path": "",
    }
    sent: list[dict[str, object]] = []

    async def run() -> None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, object]) -> None:
            sent.append(message)

        await CLIENT.application(scope, receive, send)  # type: ignore[arg-type]

    waited(run())
    assert sent[0]["status"] in (200, 303, 400, 404)
