"""What stands before every page: who may ask, how much, and what each answer carries so that browsers keep it safe.

A page on another site can make a browser send requests to localhost, and can even point its own name there (DNS
rebinding). So only names that nobody else can own are answered, nothing can be changed by asking, no answer may be
framed, kept or read from elsewhere, and nothing is logged but method, path and status.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from ipaddress import ip_address
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from theralogic.model.errors import InvalidInputError, TheralogicError
from theralogic.serve.error_pages import problem_page

LONGEST = 8_000  # bytes of path and query
SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

Log = Callable[[str], None]


def known_name(host: str, names: Collection[str], *, open_: bool) -> bool:
    """Whether a ``Host`` header names this server: localhost, its address, or one of ``names``.

    Where the server is ``open_`` to the network any address will do, because no other site can own one.

    >>> known_name("localhost:8000", (), open_=False), known_name("evil.example", (), open_=True)
    (True, False)
    """
    name, _, port = host.partition("]")[0].removeprefix("["), "", ""
    if not host.startswith("["):
        name, _, port = host.partition(":")
        if port and not port.isdigit():
            return False
    name = name.casefold().removesuffix(".")
    if name == "localhost" or name in names:
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return open_ or address.is_loopback


class Guard:
    """The application ``app`` behind every check; ``told`` is given one line a request, ``stop`` ends its work."""

    def __init__(
        self, app: ASGIApp, *, names: Collection[str], open_: bool, log: Log, stop: Callable[[], None]
    ) -> None:
        self.app = app
        self.names = frozenset(name.casefold() for name in names)
        self.open = open_
        self.log = log
        self.stop = stop

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # no web sockets; there is nothing to start or stop
        status = 500

        async def safe(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers[name] = value
                headers.setdefault("content-security-policy", NOTHING)
            await send(message)

        refused = self._refused(scope)
        if refused:
            await _refuse(*refused, head=scope["method"] == "HEAD", send=safe)
        else:
            await self.app(scope, receive, safe)
        self.log(f"{scope['method']} {quote(scope['path'][:200])} {status}")

    def _refused(self, scope: Scope) -> tuple[int, TheralogicError] | None:
        """Status and reason where a request is not let through."""
        headers: dict[bytes, list[bytes]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name, []).append(value)
        hosts = headers.get(b"host", [])
        if len(hosts) != 1 or not known_name(hosts[0].decode("latin-1"), self.names, open_=self.open):
            return 421, InvalidInputError(
                "unknown-host",
                "this server does not answer under that name",
                help="use `localhost`, or start it with `--name NAME`",
            )
        if headers.get(b"sec-fetch-site") == [b"cross-site"] and headers.get(b"sec-fetch-mode") != [b"navigate"]:
            help = "follow a link to the page instead"
            return 403, InvalidInputError("cross-site", "another site's page asks for this behind your back", help=help)
        if scope["method"] not in ("GET", "HEAD"):
            help = "every question is an address: use GET"
            return 405, InvalidInputError("only-get", f"`{scope['method'][:20]}` is not possible here", help=help)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST:
            return 414, InvalidInputError("too-large", f"an address has at most {LONGEST} bytes", help="ask for less")
        if not scope["query_string"].isascii():
            return 400, InvalidInputError("not-text", "the address is not UTF-8 text", help="write it again")
        length = headers.get(b"content-length", [b"0"])
        if length != [b"0"] or b"transfer-encoding" in headers:
            return 413, InvalidInputError("too-large", "a question comes without a body", help="use the address alone")
        return None


async def _refuse(status: int, error: TheralogicError, *, head: bool, send: Send) -> None:
    made = problem_page(status, error)
    text = made.html.encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(text)).encode()),
        (b"content-security-policy", made.policy.encode()),
        (b"connection", b"close"),
    ]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else text})
