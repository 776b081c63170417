"""``theralogic serve`` as a program: what it refuses, what it says, and that it stops when told to."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from typing import Any

import pytest
from tests.cli.conftest import SMALL, Run


@contextmanager
def served(*args: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server in a process of its own, and its address."""
    command = [sys.executable, "-m", "theralogic_cli", "serve", "--port", "0", "--kb", str(SMALL), *args]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        said = process.stderr.readline()
        yield process, said.split(" at ")[1].split(" ")[0]
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def test_it_serves_until_it_is_interrupted_and_says_so() -> None:
    with served() as (process, address):
        with urllib.request.urlopen(f"{address}cases/ra-tocilizumab?set=CRP=low", timeout=60) as answer:
            assert answer.status == 200
            assert "server" not in answer.headers
        process.send_signal(signal.SIGINT)
        out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    assert said == "GET /cases/ra-tocilizumab 200\nstopped\n"


def test_it_stops_while_something_is_being_worked_out() -> None:
    with served() as (process, address):
        urllib.request.urlopen(address, timeout=60).close()
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as connection:
            connection.sendall(b"GET /report?case=ra-tocilizumab HTTP/1.1\r\nHost: localhost\r\n\r\n")
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said.endswith("stopped\n")
    assert "Traceback" not in said


def test_it_stops_on_termination_and_keeps_quiet_where_asked() -> None:
    with served("--quiet", "--engine", "reference") as (process, address):
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
    assert "GET" not in said
    assert "Traceback" not in said


def test_a_request_that_is_no_http_is_refused_by_a_server_that_goes_on() -> None:
    with served() as (_, address):
        host, port = address.removeprefix("http://").rstrip("/").split(":")
        for junk in (b"\0\xff" * 100 + b"\r\n\r\n", b"GET / HTTP/1.1\r\nx: " + b"y" * 100_000 + b"\r\n\r\n"):
            with socket.create_connection((host, int(port)), timeout=60) as connection:
                connection.sendall(junk)
                assert connection.recv(100).startswith(b"HTTP/1.1 400")
        with urllib.request.urlopen(address, timeout=60) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_an_address_that_others_can_reach_is_refused_and_the_reason_given(host: str, run: Run) -> None:
    done = run("serve", "--host", host)
    assert done.code == 3
    assert "can be reached by others" in done.err
    assert "--network" in done.err
    assert "[not-loopback]" in done.err


def test_a_port_that_is_taken_is_told_with_a_way_on(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run("serve", "--port", str(taken.getsockname()[1]))
    assert (done.code, "[no-address]" in done.err, "--port 0" in done.err) == (1, True, True)


def test_without_the_extra_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    real = util.find_spec

    def missing(name: str, package: str | None = None) -> Any:
        return None if name == "uvicorn" else real(name, package)

    monkeypatch.setattr(util, "find_spec", missing)
    done = run("serve")
    assert done.code == 1
    assert "serving needs uvicorn [needs-extra]" in done.err
    assert "pip install 'theralogic[serve]'" in done.err


def test_nothing_but_this_command_needs_the_extra() -> None:
    code = (
        "import sys\n"
        "for name in ('starlette', 'uvicorn', 'anyio'): sys.modules[name] = None\n"
        "from theralogic_cli.main import main\n"
        "sys.argv = ['theralogic', 'evaluate', 'ra-tocilizumab']\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("host", ["a" * 300, "no such host", "\x00"])
def test_a_host_that_can_not_be_had_is_told_like_a_port(host: str, run: Run) -> None:
    done = run("serve", "--network", "--host", host)
    assert (done.code, "[no-address]" in done.err) == (1, True)
