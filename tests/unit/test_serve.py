"""The server without a network: every page, every refusal, and what each answer carries."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
from html import unescape
from typing import Any

import pytest
from tests.serving import Client, small, waited

from theralogic.model.edits import Changes, altered, finding_from, prescribed, with_arm
from theralogic.model.errors import EngineError
from theralogic.model.records import Caution, Condition
from theralogic.model.result import to_json
from theralogic.model.vocabulary import DISCLAIMER
from theralogic.reasoning import reference
from theralogic.reasoning.durable import engine as durable
from theralogic.reasoning.evaluate import evaluate
from theralogic.reasoning.kernel import Settlement, Situation
from theralogic.results.assemble import solve
from theralogic.serve import app as served
from theralogic.serve.app import app
from theralogic.serve.guard import LONGEST, known_name
from theralogic.serve.library import Library, open_library
from theralogic.serve.query import MOST_DRUGS, MOST_VALUES
from theralogic.serve.time_limit import TimeLimitedEngine

PAGES = [
    "/",
    "/cases/one",
    "/cases/one?set=A=low",
    "/cases/one?arm=both",
    "/cases/one?way=Y",
    "/cases/two",
    "/explore",
    "/explore?disease=ill&give=x",
    "/explore?give=y",
    "/explore?set=A=high",
    "/lessons/one",
    "/report?case=one&set=A=low",
    "/report?disease=ill&give=x",
    "/rules",
    "/rules?kind=mechanism",
    "/rules?kind=pattern",
    "/rules?q=A",
    "/rules/A",
    "/rules/G",
    "/rules/x",
    "/rules/ill",
    "/rules/a-raises-b",
    "/rules/c",
    "/rules/gate",
]
LOG: list[str] = []


@pytest.fixture(scope="module")
def library() -> Library:
    return small()


@pytest.fixture(scope="module")
def client(library: Library) -> Client:
    return Client(app(library, log=LOG.append))


def squeezed(text: str) -> str:
    """A page without the blanks between its tags."""
    return re.sub(r">\s+<", "><", text)


def titled(text: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", text)
    assert found
    return unescape(found[1])


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_there_with_the_disclaimer_and_its_own_policy(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.text.count(DISCLAIMER) == 2
    assert titled(answer.text)
    policy = answer.headers["content-security-policy"]
    for tag in ("style", "script"):
        texts = re.findall(rf"<{tag}>(.*?)</{tag}>", answer.text, re.S)
        assert len(texts) == 1
        digest = base64.b64encode(hashlib.sha256(texts[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", [*PAGES, "/nowhere", "/cases/three", "/api/result?case=one", "/cases/one?give=z"])
def test_every_answer_is_safe_to_show_in_a_browser_and_leaves_nothing_behind(path: str, client: Client) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "set-cookie" not in headers
    assert "server" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_no_name_becomes_markup(path: str, client: Client) -> None:
    text = client.get(path).text
    assert "<script>alert" not in text
    assert "illness <b>" not in text


@pytest.mark.parametrize("path", PAGES)
def test_every_link_leads_to_a_page(path: str, client: Client) -> None:
    text = client.get(path).text
    for link in {unescape(href) for href in re.findall(r' href="(/[^"]*)"', text)}:
        assert client.get(link.partition("#")[0]).status_code == 200, link
    ids = set(re.findall(r' id="([^"]+)"', text))
    assert [href for href in re.findall(r' href="#([^"]+)"', text) if href not in ids] == []


def test_a_changed_patient_stands_beside_the_case_as_written(client: Client) -> None:
    text = client.get("/cases/one?set=A=absent").text
    assert "What differs" in text
    assert "As before: " in text
    assert "was high" in text
    assert "What differs" not in client.get("/cases/one").text
    assert "Nothing that is asked about differs" in client.get("/cases/one?dose=x=huge").text


def test_what_differs_elsewhere_can_be_asked_about(client: Client) -> None:
    text = client.get("/cases/one?set=A=absent").text
    assert '<a href="/cases/one?set=A=absent&amp;ask=G">G</a>' in text
    assert "elsewhere" not in client.get("/cases/one").text.partition("</style>")[2].partition("<script>")[0]


def test_every_drug_taken_away_leaves_the_patient_before_treatment(client: Client) -> None:
    text = client.get("/cases/one?give=").text
    assert "Nothing given, against health" in text


def test_what_an_arm_gives_can_be_given_alone_even_where_only_the_case_knows_it(client: Client) -> None:
    text = client.get("/cases/one").text
    box = re.search(r'name="give" value="([^"]*Z[^"]*)"', text)
    assert box
    answer = client.get("/cases/one", params={"give": unescape(box[1])})
    assert answer.status_code in (200, 303)
    again = client.get(answer.headers["location"]) if answer.status_code == 303 else answer
    assert "Given: anti Z &amp; co" in again.text


def test_ways_out_are_tried_only_where_they_are_asked_for() -> None:
    client = Client(app(open_library(None, reference), log=LOG.append))
    path = "/cases/ra-tocilizumab?set=IL6=normal"
    plain, asked = client.get(path).text, client.get(f"{path}&way=hepcidin").text
    assert "It would get through" not in plain
    assert "It would get through" in asked
    assert "way=hepcidin#why-what-if-hepcidin" in plain
    assert "way=hepcidin#" not in asked


def test_a_form_is_sent_on_to_the_short_address_of_what_it_means(client: Client) -> None:
    answer = client.get("/cases/one?arm=&give=x&give=&dose=x%3Dlow&set=&set=A%3Dlow&entity=d&level=normal&ask=&by=")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/cases/one?dose=x=low&set=A=low&set=D=normal"
    assert client.get(answer.headers["location"]).status_code == 200


def test_the_data_are_those_of_the_command_line(client: Client, library: Library) -> None:
    kb, case = library.kb, library.cases["one"]
    base = case._replace(arms=case.arms[:1])
    assert client.get("/api/result?case=one").json() == json.loads(json.dumps(to_json(solve(kb, base, reference))))
    changes = Changes(add=(prescribed(kb, "y"),), findings=(finding_from(kb, "A=low"),))
    arm = altered(base.arms[0], changes, id="what-if", title="as changed")
    expected = json.loads(json.dumps(to_json(solve(kb, with_arm(base, arm), reference))))
    assert client.get("/api/result?case=one&give=x&give=y&set=A=low").json() == expected


def test_an_onset_keeps_what_is_as_fast(client: Client) -> None:
    soon = client.get("/api/result?case=one&by=minutes").json()
    assert soon["context"]["by"] == "minutes"
    assert [a["direction"] for a in soon["answers"]] == ["no_effect"] * 3


def test_exploring_asks_what_is_worth_asking_and_what_else_is_asked(client: Client) -> None:
    plain = client.get("/api/result?disease=ill&give=x").json()
    more = client.get("/api/result?disease=ill&give=x&ask=Y").json()
    asked = [a["entity"] for a in plain["answers"]]
    assert asked[0] == "C"
    assert [a["entity"] for a in more["answers"]] == [*asked, "Y"]


REFUSED = [
    ("/nowhere", 404, "unknown-page", ""),
    ("/cases/onne", 404, "unknown-case", '<a href="/cases/one">one</a>'),
    ("/course/9", 404, "unknown-lesson", ""),
    ("/rules/illnes", 404, "unknown-rule", ""),
    ("/rules?kind=diseas", 400, "unknown-word", '<a href="/rules?kind=disease">disease</a>'),
    ("/cases/one?giv=x", 400, "unknown-key", '<a href="/cases/one?give=x">give</a>'),
    ("/cases/one?give=zz", 404, "unknown-intervention", ""),
    ("/cases/one?arm=bothh", 404, "unknown-arm", '<a href="/cases/one?arm=both">both</a>'),
    ("/cases/one?set=A=hihg", 400, "unknown-word", '<a href="/cases/one?set=A=high">high</a>'),
    ("/cases/one?ask=B&set=A=hihg", 400, "unknown-word", '<a href="/cases/one?ask=B&amp;set=A=high">high</a>'),
    ("/cases/one?set=A=+hihg", 400, "unknown-word", "Did you mean <code>high</code>?"),
    ("/cases/one?set=A", 400, "bad-option", ""),
    ("/cases/one?set=G=low", 400, "complex-level", ""),
    ("/cases/one?set=zzz=low", 404, "unknown-entity", ""),
    ("/cases/one?disease=ill", 400, "bad-option", ""),
    ("/cases/one?dose=x=hugee", 400, "unknown-word", '<a href="/cases/one?dose=x=huge">huge</a>'),
    ("/cases/one?by=day", 400, "unknown-word", '<a href="/cases/one?by=days">days</a>'),
    ("/explore?disease=ill&disease=sick", 400, "diseases-disagree", ""),
    ("/lessons/one?direction-Q=increases", 400, "unknown-key", ""),
    ("/report", 400, "no-question", ""),
    ("/cases/one?give=%ff", 400, "not-text", ""),
    ("/cases/one?" + "&".join(["ask=B"] * (MOST_VALUES + 1)), 400, "too-many", ""),
    ("/cases/one?ask=" + "B" * LONGEST, 414, "too-large", ""),
]


@pytest.mark.parametrize(("path", "status", "code", "mended"), REFUSED, ids=[r[0][:40] for r in REFUSED])
def test_what_is_wrong_is_said_with_a_link_to_what_was_meant(
    path: str, status: int, code: str, mended: str, client: Client
) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert f"{status}, {code}" in answer.text
    assert mended in answer.text
    if "href" in mended:
        link = re.search(r'Did you mean <a href="([^"]+)"', answer.text)
        assert link
        assert client.get(unescape(link[1])).status_code in (200, 303)


def test_every_name_that_nobody_knows_is_told_on_one_page_each_with_a_link(client: Client) -> None:
    answer = client.get("/explore?disease=sicck&give=xx&give=y&set=AA=high&ask=BB")
    assert answer.status_code == 404
    for wrong in ("sicck", "xx", "AA", "BB"):
        assert f"<code>{wrong}</code>" in answer.text
    assert 'href="/explore?disease=sick&amp;give=xx&amp;give=y' in answer.text
    link = re.search(r'<a href="([^"]+)">Take all of these</a>: sick, A, B and x\.', answer.text)
    assert link
    assert client.get(unescape(link[1])).status_code == 200


def test_a_library_without_the_cases_of_the_course_says_so(client: Client) -> None:
    assert "The cases of the course are not here." in client.get("/course/1").text


def test_a_lesson_of_the_course_is_played_on_its_case() -> None:
    client = Client(app(open_library(None, reference), log=LOG.append))
    text = client.get("/course/1").text
    assert '<p class="kicker">Lesson 1</p>' in text
    assert '<section id="exercises">' in text
    assert '<nav class="around-here"' in text.partition("<header>")[2].partition("</header>")[0]
    assert "Lessons are 1 to 8." in client.get("/course/9").text


SAID = [
    ("direction-E=increases&direction-E-sure=80", ["Right. E rises", "1 of 1 right", "80% sure"]),
    ("direction-E=decreases&direction-E-sure=many", ["Not so. E rises", "0 of 1 right.</p></div>"]),
    ("direction-E=sideways", ["Nothing was predicted."]),
    ("chain=D -> C -> E", ["exact: C -> E", "100% of the chain"]),
    ("chain=D -> qqq", ["`qqq` is not a name known here", "0% of the chain"]),
    ("chain=what", ["No link in `what`. Write `A -> B -| C`"]),
]


@pytest.mark.parametrize(("said", "answers"), SAID, ids=[s for s, _ in SAID])
def test_what_a_learner_has_said_is_judged_on_the_page(said: str, answers: list[str], client: Client) -> None:
    text = squeezed(client.get(f"/lessons/two?{said}").text)
    told = re.findall(r'<p class="verdict".*?</p>|<ol class="graded">.*?</ol>|<div class="summary".*?</div>', text)
    assert [answer for answer in answers if answer not in unescape(" ".join(told))] == []


def test_data_that_can_not_be_had_is_an_error_as_data(client: Client) -> None:
    answer = client.get("/api/result?case=onne")
    assert answer.status_code == 404
    assert answer.json() == {
        "errors": [{"code": "unknown-case", "message": "unknown case `onne`", "help": "did you mean `one`?"}]
    }
    assert client.get("/api/result").json()["errors"][0]["code"] == "no-question"


def test_more_drugs_than_a_patient_can_be_given_are_refused() -> None:
    library = open_library(None, reference)
    client = Client(app(library, log=LOG.append))
    many = sorted(library.kb.interventions)[: MOST_DRUGS + 1]
    answer = client.get("/explore?" + "&".join(f"give={drug}" for drug in many))
    assert (answer.status_code, "400, too-many" in answer.text) == (400, True)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_sent_or_changed(method: str, client: Client) -> None:
    answer = client.ask(method, "/cases/one")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_question_with_a_body_is_too_much(client: Client) -> None:
    answer = client.ask("GET", "/", content=b"x" * 100)
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")
    assert client.ask("GET", "/", headers={"transfer-encoding": "chunked"}).status_code == 413


def test_a_head_has_no_body(client: Client) -> None:
    assert client.ask("HEAD", "/").status_code == 200
    assert client.ask("HEAD", "/cases/three").text == ""
    assert client.ask("HEAD", "/", headers={"host": "evil.example"}).text == ""


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "192.0.2.7", "", "localhost:x", "[::2]"])
def test_a_name_that_another_site_can_own_is_not_answered(host: str, client: Client) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "unknown-host" in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "127.8.8.8:80", "[::1]:8750", "[::1]"])
def test_names_of_this_computer_are_answered(host: str, client: Client) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


def test_another_site_can_link_here_but_not_ask_in_the_background(client: Client) -> None:
    there = {"sec-fetch-site": "cross-site"}
    assert client.get("/", headers={**there, "sec-fetch-mode": "navigate"}).status_code == 200
    answer = client.get("/", headers={**there, "sec-fetch-mode": "no-cors"})
    assert (answer.status_code, "cross-site" in answer.text) == (403, True)


def test_an_address_with_raw_bytes_is_not_read(client: Client) -> None:
    sent: list[dict[str, Any]] = []

    async def run() -> None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/rules", "query_string": "q=ä".encode(),
                 "headers": [(b"host", b"localhost")]}  # fmt: skip
        await client.application(scope, receive, send)

    waited(run())
    assert sent[0]["status"] == 400
    assert b"not-text" in sent[1]["body"]


def test_a_web_socket_is_not_answered(client: Client) -> None:
    sent: list[object] = []

    async def run() -> None:
        async def receive() -> dict[str, object]:
            return {"type": "websocket.connect"}

        async def send(message: object) -> None:
            sent.append(message)

        scope = {"type": "websocket", "path": "/cases/one", "headers": [(b"host", b"localhost")]}
        await client.application(scope, receive, send)

    waited(run())
    assert sent == []


def test_two_hosts_are_none(client: Client) -> None:
    answer = client.get("/", headers=[("host", "localhost"), ("host", "localhost")])
    assert answer.status_code == 421


def test_on_the_network_addresses_and_given_names_are_answered_and_no_other_name() -> None:
    assert known_name("192.0.2.7:8750", ["hall.example"], open_=True)
    assert known_name("hall.example:8750", ["hall.example"], open_=True)
    assert not known_name("evil.example", ["hall.example"], open_=True)


def test_the_log_has_method_path_and_status_and_nothing_that_was_asked(client: Client) -> None:
    LOG.clear()
    client.get("/cases/one?set=A=low")
    client.get("/%0aGET%20/forged%20200?give=x")
    assert LOG == ["GET /cases/one 200", "GET /%0AGET%20/forged%20200 404"]


class Slow:
    """An engine that takes its time, or fails in a way nobody foresaw."""

    NAME = "slow"

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def settle(self, situation: Situation) -> Settlement:
        if self.error:
            raise self.error
        return reference.settle(situation)

    def cautions(self, rules: tuple[Caution, ...], facts: frozenset[Condition]) -> tuple[str, ...]:
        return reference.cautions(rules, facts)


def test_when_the_time_is_up_the_answer_says_so(library: Library) -> None:
    client = Client(app(library, log=LOG.append, seconds=-1))
    answer = client.get("/cases/one")
    assert (answer.status_code, "too-slow" in answer.text) == (503, True)
    assert client.get("/rules/A").status_code == 200


def test_a_server_that_stops_lets_go_of_its_work(library: Library) -> None:
    application = app(library, log=LOG.append)
    bounded = TimeLimitedEngine(reference, 100, stopping := threading.Event())
    stopping.set()
    with pytest.raises(EngineError, match="too long"):
        evaluate(library.kb, library.cases["one"], bounded)
    application.stop()
    application.stop()


def test_when_too_many_wait_the_answer_says_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "WAITING", 0)
    answer = Client(app(library, log=LOG.append)).get("/")
    assert (answer.status_code, "too-busy" in answer.text) == (503, True)


def test_an_error_of_the_program_is_a_page_without_a_trace(library: Library) -> None:
    broken = library._replace(engine=Slow(ZeroDivisionError("secret")))
    LOG.clear()
    answer = Client(app(broken, log=LOG.append)).get("/cases/one")
    assert (answer.status_code, "internal" in answer.text) == (500, True)
    assert "secret" not in answer.text
    assert LOG == ["internal error: ZeroDivisionError", "GET /cases/one 500"]


@pytest.mark.durable
def test_both_engines_show_the_same_page() -> None:
    library = open_library(None, reference)
    path = "/cases/ra-tocilizumab?set=IL6=normal"
    pages = [Client(app(library._replace(engine=e), log=LOG.append)).get(path).text for e in (reference, durable)]
    assert pages[0].replace("<dd>reference</dd>", "") == pages[1].replace("<dd>durable</dd>", "")


@pytest.mark.durable
def test_many_ask_the_rule_engine_at_once_and_all_are_answered() -> None:
    import asyncio

    import httpx

    application = app(small()._replace(engine=durable), log=LOG.append)

    async def asked() -> list[int]:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            answers = await asyncio.gather(*(client.get(path) for path in PAGES * 2 if path.startswith("/cases")))
        return [answer.status_code for answer in answers]

    assert set(waited(asked())) == {200}


def test_what_is_called_just_that_is_found_first() -> None:
    text = Client(app(open_library(None, reference), log=LOG.append)).get("/rules?q=itch").text
    assert squeezed(text).partition('<ul class="found">')[2].startswith('<li><a href="/rules/itch">itch</a>')


def test_a_search_shows_no_hidden_characters(client: Client) -> None:
    page = client.get("/rules?q=%00%E2%80%AEx").text
    assert "\0" not in page
    assert "\u202e" not in page
