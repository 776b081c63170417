"""Listening: an address taken before anything starts, so that what is wrong with it is said at once."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from theralogic.model.errors import InvalidInputError, TheralogicError
from theralogic.serve.guard import Guard

PORT = 8750


def loopback(host: str) -> bool:
    """Whether only this computer can ask under ``host``."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def listen(host: str, port: int, *, open_: bool = False) -> socket.socket:
    """A listening socket; port 0 takes any that is free.

    Raises :class:`InvalidInputError` (``not-loopback``) for an address that others can reach unless ``open_``, and
    :class:`TheralogicError` (``no-address``) where the address can't be had.
    """
    if not open_ and not loopback(host):
        raise InvalidInputError(
            "not-loopback",
            f"`{host[:80]}` can be reached by others, and there are neither passwords nor encryption here",
            help="leave `--host` out, or add `--network` where you trust everybody on the network",
        )
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family, backlog=128)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or str(error)
        help = "choose another with `--port`, or `--port 0` for any that is free"
        raise TheralogicError("no-address", f"can't listen on `{host[:80]}:{port}`: {said}", help=help) from None


def run(app: Guard, sock: socket.socket) -> None:
    """Serve until interrupted; requests that are being answered get two seconds to finish."""
    import uvicorn

    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=32_768,
        limit_concurrency=512,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=2,
    )
    try:
        uvicorn.Server(config).run(sockets=[sock])
    finally:
        app.stop()
