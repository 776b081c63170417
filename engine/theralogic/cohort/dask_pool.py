"""A Dask cluster as a pool: the same batches, on other machines.

A batch is a pure function of the job and its number, so a batch lost with its worker is simply run again, and
since the part is written here, by whoever waits for it, nothing is lost and nothing stands there twice. Workers
read the table by its path: it has to be on storage that all of them see.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from threading import Thread
from typing import Any

from theralogic.cohort.batch import Batch, BatchJob, Part
from theralogic.model.errors import EngineError

FIRST_WORKER = 10
"""Seconds that a cluster may be without a worker when a run begins."""
ANSWER = 20
"""Seconds that the cluster has to answer, or to hand over what it has done."""
NO_WORKER = 30
"""Seconds that it may be without one later on: a worker that ended may be started again."""


class Cluster:
    """The cluster of a scheduler, by its address.

    Raises :class:`EngineError` (``no-cluster``) where it can't be reached, has no workers, or Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        self._address = address[:80]
        self._alone_since: float | None = None
        try:
            import distributed

            for name in ("client", "core", "comm", "utils"):  # what is lost is told here, and once
                logging.getLogger(f"distributed.{name}").setLevel(logging.CRITICAL + 1)
            connect: Any = distributed.Client
            self._client: Any = connect(address, timeout="10s")
        except ImportError as error:
            help = "install theralogic with its extra `dask`"
            raise EngineError("no-cluster", "Dask is not installed here", help=help) from error
        except (OSError, ValueError) as error:
            help = "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"
            raise EngineError("no-cluster", f"no scheduler answers at `{self._address}`", help=help) from error
        try:
            self._client.wait_for_workers(1, timeout=FIRST_WORKER)
        except TimeoutError as error:
            self.close()
            raise self._no_worker("has come") from error
        self._job: Any = None

    def check(self) -> None:
        """Raise :class:`EngineError` where scheduler or workers have gone, so that nobody waits for them in silence."""
        try:
            workers = self._client.sync(self._client.scheduler.ncores, callback_timeout=ANSWER)
        except Exception as error:  # whatever Dask raises, it does not answer
            raise self._lost() from error
        if workers:
            self._alone_since = None
            return
        self._alone_since = self._alone_since or time.monotonic()
        if time.monotonic() - self._alone_since >= NO_WORKER:
            raise self._no_worker("is left")

    def _no_worker(self, what: str) -> EngineError:
        help = f"start workers with `dask worker {self._address}`, and give the same command again: it goes on"
        return EngineError("no-cluster", f"no worker {what} at `{self._address}`", help=help)

    def _lost(self) -> EngineError:
        help = "give the same command again: it goes on where it stopped"
        return EngineError("worker-lost", f"the cluster at `{self._address}` has gone, or loses its workers", help=help)

    @property
    def at_once(self) -> int:
        """Batches handed out at once: two for every thread there is, so that none waits for work."""
        return max(2, 2 * int(sum(self._client.nthreads().values())))

    def submit(self, function: Callable[..., Part], job: BatchJob, batch: Batch, /) -> Future[Part]:
        """Start one batch; the job travels to the workers only once."""
        if self._job is None:
            # A task and not scattered data: should its holder die, the scheduler can make it again.
            self._job = self._client.submit(_itself, job, pure=False)
        running = self._client.submit(function, self._job, batch, pure=False, retries=3)
        outcome: Future[Part] = Future()

        def settle(done: Any) -> None:
            try:
                # Without a limit a thread waits here for ever once the scheduler has gone, and the program with it.
                outcome.set_result(done.result(timeout=ANSWER))
            except BaseException as error:  # a worker's error, whatever it is, belongs to whoever waits
                outcome.set_exception(self._lost() if _means_gone(error) else error)

        running.add_done_callback(settle)
        return outcome

    def close(self) -> None:
        """Let go of the cluster; it goes on without us."""

        def let_go() -> None:
            with contextlib.suppress(Exception):  # a cluster that has gone can't be let go of
                self._client.close(timeout=5)

        closing = Thread(target=let_go, daemon=True)
        closing.start()
        closing.join(ANSWER)


def _means_gone(error: BaseException) -> bool:
    """Whether an error is of the cluster and not of what it runs."""
    return type(error).__module__.startswith("distributed") or isinstance(
        error, (CancelledError, ConnectionError, TimeoutError)
    )


def _itself(job: BatchJob) -> BatchJob:
    return job
