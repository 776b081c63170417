"""A small server for tests: two cases on rules drawn in a few lines, asked without a network."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import httpx
from tests.sketch import drug, patient, sketch

from theralogic.reasoning import reference
from theralogic.serve.guard import Guard
from theralogic.serve.library import Library

T = TypeVar("T")


class Client:
    """Asks an application as a browser on this computer would."""

    def __init__(self, application: Guard) -> None:
        self.application = application

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.ask("GET", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.application)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8750") as client:
                return await client.request(method, path, **options)

        return waited(asked())


def waited(coroutine: Coroutine[Any, Any, T]) -> T:
    """What a coroutine returns; in a thread of its own, because a browser's loop may be running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def small() -> Library:
    """A library whose first case has two arms and a hypothetical agent, and whose names try to be markup."""
    kb = sketch(
        "A -> B",
        "B -> C weak",
        "D -> C strong",
        "C -> E",
        "Z -> Y",
        entities={"G": {"kind": "complex", "requires": ["A", "B"]}},
        diseases=[
            {"id": "ill", "name": "illness <b>", "activity": "C", "levels": {"A": "high", "D": "high"}},
            {"id": "sick", "name": "sickness", "levels": {"A": "low"}},
        ],
        interventions=[{**drug("x", blocks="A"), "dose": {"low": "weak", "huge": "strong"}}, drug("y", blocks="D")],
        cautions=[{"id": "c", "when": [{"action": "blocks", "target": "A"}], "say": 'Mind the "A".', "because": "so"}],
    )
    case = patient(
        kb,
        id="one",
        title="A & B <script>alert(1)</script>",
        vignette="One.\n\nTwo.",
        disease="ill",
        levels={"B": "elevated"},
        interventions=["x"],
        ask=["B", "C", "Y"],
        arms=[
            {"id": "both", "title": "y added", "add": ["y"]},
            {"id": "agent", "title": "an agent", "add": [{"name": "anti Z & co", "actions": [
                {"verb": "blocks", "target": "D"}]}]},
        ],
    )  # fmt: skip
    return Library(kb, {"one": case, "two": patient(kb, id="two", disease="ill", ask=["E"])}, (), reference)
