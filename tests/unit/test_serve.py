"""The server without a network: every page, every refusal, and what each answer carries."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from theralogic import reference
from theralogic.serve.app import app
from theralogic.serve.guard import Guard
from theralogic.serve.library import Library, open_library


class Client:
    """Asks an application as a browser on this computer would, without a network."""

    def __init__(self, application: Guard) -> None:
        self.application = application

    def get(self, path: str, **options: Any) -> Any:
        return self.ask("GET", path, **options)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        async def asked() -> Any:
            transport = httpx.ASGITransport(app=self.application)
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8750") as client:
                return await client.request(method, path, **options)

        return asyncio.run(asked())


@pytest.fixture(scope="module")
def library() -> Library:
    return open_library(None, reference)


@pytest.fixture(scope="module")
def log() -> list[str]:
    return []


@pytest.fixture(scope="module")
def client(library: Library, log: list[str]) -> Client:
    return Client(app(library, told=log.append))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/cases/ra-tocilizumab",
        "/explore",
        "/course/1",
        "/lessons/ra-tocilizumab",
        "/cases/ra-tocilizumab?set=IL6=normal",
        "/rules",
        "/rules/tocilizumab",
        "/rules?q=IL-6",
    ],
)
def test_every_page_is_there(path: str, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<h1>" in answer.text
