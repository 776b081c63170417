"""Addresses and what answers them. Every answer is worked out in a thread, by few at a time and within a time."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from theralogic.model.errors import EngineError, InvalidInputError, NotFoundError, TheralogicError
from theralogic.model.records import Case
from theralogic.model.result import to_json
from theralogic.model.safe_text import printable
from theralogic.reasoning.evaluate import EvaluationCache
from theralogic.serve import query as asked
from theralogic.serve import rule_pages as rules
from theralogic.serve.case_page import case_page, report, solved
from theralogic.serve.error_pages import problem_json, problem_page, status_of
from theralogic.serve.guard import Guard, Log
from theralogic.serve.home_page import home_page
from theralogic.serve.lesson_pages import LessonCache
from theralogic.serve.library import Library
from theralogic.serve.page_frame import ServedPage
from theralogic.serve.time_limit import TimeLimitedEngine

AT_ONCE = 4
WAITING = 100
SECONDS = 30.0
MOST_TEXT = 200

Make = Callable[[Library, Request, EvaluationCache], ServedPage | Response]


def app(
    library: Library, *, names: Collection[str] = (), open_: bool = False, log: Log, seconds: float = SECONDS
) -> Guard:
    """The whole server as an ASGI application; ``told`` is given one line a request."""
    desk = RequestRunner(library, log, seconds)
    shelf = LessonCache()
    pages: list[tuple[str, Make, ThreadPoolExecutor]] = [
        ("/", _home, desk.lookers),
        ("/cases/{case}", _case, desk.thinkers),
        ("/explore", _explore, desk.thinkers),
        ("/lessons/{case}", partial(_lesson, shelf), desk.tutor),
        ("/course/{number}", partial(_course, shelf), desk.tutor),
        ("/rules", _rules, desk.lookers),
        ("/rules/{name:path}", _rule, desk.lookers),
        ("/report", _report, desk.thinkers),
        ("/api/result", _result, desk.thinkers),
        ("/{path:path}", _nowhere, desk.lookers),
    ]
    routes = [Route(path, desk.answering(make, threads)) for path, make, threads in pages]
    return Guard(Starlette(routes=routes), names=names, open_=open_, log=log, stop=desk.stop)


class RequestRunner:
    """Takes requests and has them worked out, ``AT_ONCE`` at a time; turns errors into pages.

    Pages that are only looked up have threads of their own, so that they need not wait behind those that reason; and
    so have lessons, which are slow to make, one thread for all, because a class opens the same one together.
    """

    def __init__(self, library: Library, log: Log, seconds: float) -> None:
        self.library = library
        self.cache = EvaluationCache(library.kb, library.engine)
        self.log = log
        self.seconds = seconds
        self.waiting = 0
        self.stopping = threading.Event()
        self.thinkers = ThreadPoolExecutor(AT_ONCE, "thinker")
        self.lookers = ThreadPoolExecutor(AT_ONCE, "looker")
        self.tutor = ThreadPoolExecutor(1, "tutor")

    def stop(self) -> None:
        """Let go of what is still being worked out, so that the program can end."""
        self.stopping.set()
        for threads in (self.thinkers, self.lookers, self.tutor):
            threads.shutdown(wait=False, cancel_futures=True)

    def answering(self, make: Make, threads: ThreadPoolExecutor) -> Callable[[Request], object]:
        """An endpoint for Starlette around what makes a page."""

        async def endpoint(request: Request) -> Response:
            if self.waiting >= WAITING:
                return self._problem(request, _busy())
            self.waiting += 1
            try:
                return await asyncio.get_running_loop().run_in_executor(threads, self._made, make, request)
            finally:
                self.waiting -= 1

        return endpoint

    def _made(self, make: Make, request: Request) -> Response:
        try:
            bounded = TimeLimitedEngine(self.library.engine, self.seconds, self.stopping)
            made = make(self.library, request, self.cache.through(bounded))
        except TheralogicError as error:
            return self._problem(request, error)
        except Exception as error:
            self.log(f"internal error: {type(error).__name__}")
            help = "please report it with the address"
            return self._problem(request, TheralogicError("internal", "this should not have happened", help=help))
        return made if isinstance(made, Response) else _sent(made)

    def _problem(self, request: Request, error: TheralogicError) -> Response:
        status = status_of(error)
        if request.url.path.startswith("/api/"):
            return _json(problem_json(error), status)
        return _sent(problem_page(status, error, f"{request.url.path}?{request.url.query}".rstrip("?")))


def _home(library: Library, request: Request, cache: EvaluationCache) -> ServedPage:
    return home_page(library)


def _case(library: Library, request: Request, cache: EvaluationCache) -> ServedPage | Response:
    case = library.case(request.path_params["case"])
    found = asked.read(library.kb, case, _pairs(request))
    return _elsewhere(request, found) or case_page(library, case, found, cache)


def _explore(library: Library, request: Request, cache: EvaluationCache) -> ServedPage | Response:
    found = asked.read(library.kb, None, _pairs(request))
    return _elsewhere(request, found) or case_page(library, None, found, cache)


def _result(library: Library, request: Request, cache: EvaluationCache) -> Response:
    case, found = _question(library, request)
    return _json(to_json(solved(library, case, found, cache)[2]))


def _report(library: Library, request: Request, cache: EvaluationCache) -> ServedPage:
    return report(library, *_question(library, request), cache)


def _question(library: Library, request: Request) -> tuple[Case | None, asked.Query]:
    """A whole question from the address alone, its case too; raises :class:`InvalidInputError` (``no-question``)."""
    pairs = _pairs(request)
    names = [value for key, value in pairs if key == "case" and value]
    case = library.case(names[-1]) if names else None
    found = asked.read(library.kb, case, [pair for pair in pairs if pair[0] != "case"])
    if case is None and not (found.diseases or found.give or found.levels):
        help = "for example `?disease=asthma&give=mepolizumab`"
        raise InvalidInputError("no-question", "neither a case nor a disease nor a drug is named", help=help)
    return case, found


def _lesson(shelf: LessonCache, library: Library, request: Request, cache: EvaluationCache) -> ServedPage:
    return shelf.page(library, library.case(request.path_params["case"]), None, dict(_pairs(request)), cache)


def _course(shelf: LessonCache, library: Library, request: Request, cache: EvaluationCache) -> ServedPage:
    page = library.lesson(request.path_params["number"])
    return shelf.page(library, library.case(page.case), page, dict(_pairs(request)), cache)


def _rules(library: Library, request: Request, cache: EvaluationCache) -> ServedPage:
    words = dict(_pairs(request))
    return rules.rules_page(library, words.get("kind", ""), printable(words.get("q", "").strip()[:MOST_TEXT]))


def _rule(library: Library, request: Request, cache: EvaluationCache) -> ServedPage:
    return rules.rule_page(library, request.path_params["name"])


def _nowhere(library: Library, request: Request, cache: EvaluationCache) -> ServedPage:
    raise NotFoundError("unknown-page", f"no page `{request.url.path[:80]}`", help="begin at the start page")


def _pairs(request: Request) -> asked.Pairs:
    """Keys and values of the address; raises :class:`InvalidInputError` (``not-text``, ``too-many``)."""
    try:
        return parse_qsl(
            request.scope["query_string"].decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=asked.MOST_VALUES,
        )
    except UnicodeError:
        raise InvalidInputError("not-text", "the address is not UTF-8 text", help="write it again") from None
    except ValueError:
        raise InvalidInputError("too-many", f"more than {asked.MOST_VALUES} values", help="ask for less") from None


def _elsewhere(request: Request, found: asked.Query) -> Response | None:
    """On to the short form of the same address, where it has one."""
    short = asked.query(found)
    if request.scope["query_string"].decode("ascii") == short:
        return None
    return RedirectResponse(f"{request.url.path}?{short}".rstrip("?"), status_code=303)


def _busy() -> TheralogicError:
    return EngineError("too-busy", "too many ask at once", help="try again in a moment")


def _sent(made: ServedPage) -> Response:
    return Response(
        made.html, made.status, {"content-security-policy": made.policy}, media_type="text/html; charset=utf-8"
    )


def _json(data: object, status: int = 200) -> Response:
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    return Response(text, status, media_type="application/json")
