"""A Dask cluster as a pool: the same batches, on other machines.

A batch is a pure function of the job and its number, so a batch lost with its worker is simply run again, and
since the part is written here, by whoever waits for it, nothing is lost and nothing stands there twice. Workers
read the table by its path: it has to be on storage that all of them see.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from theralogic.cohort.batch import Batch, BatchJob, Part
from theralogic.model.errors import EngineError


class Cluster:
    """The cluster of a scheduler, by its address.

    Raises :class:`EngineError` (``no-cluster``) where it can't be reached or Dask is not installed.
    """

    def __init__(self, address: str) -> None:
        try:
            import distributed

            connect: Any = distributed.Client
            self._client: Any = connect(address, timeout="10s")
        except ImportError as error:
            help = "install theralogic with its extra `dask`"
            raise EngineError("no-cluster", "Dask is not installed here", help=help) from error
        except (OSError, ValueError) as error:
            help = "start one with `dask scheduler`, and workers with `dask worker ADDRESS`"
            raise EngineError("no-cluster", f"no scheduler answers at `{address[:80]}`", help=help) from error
        self._job: Any = None

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
                outcome.set_result(done.result())
            except BaseException as error:  # a worker's error, whatever it is, belongs to whoever waits
                outcome.set_exception(error)

        running.add_done_callback(settle)
        return outcome

    def close(self) -> None:
        """Let go of the cluster; it goes on without us."""
        self._client.close()


def _itself(job: BatchJob) -> BatchJob:
    return job
