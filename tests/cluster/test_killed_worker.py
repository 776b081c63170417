"""A cohort on a Dask cluster: real processes on loopback, one worker killed in mid-run, and the bytes are the same."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from theralogic.cohort import dask_pool as cohort
from theralogic.cohort.batch import Batch, BatchJob, Part
from theralogic.model.errors import EngineError

pytest.importorskip("distributed")

SMALL = Path(__file__).parent.parent / "data" / "small"
SPEC = """\
id: some
disease: {rheumatoid arthritis: 3}
findings:
  TNF: {normal: 1, elevated: 1, high: 2, missing: 0.1}
  IL6: {normal: 1, high: 1}
  STAT3: {low: 1, normal: 1, high: 1}
"""
PATIENTS, BATCH = 20_000, 200


def start(*args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )


def theralogic(*args: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "theralogic_cli", *args, "--kb", str(SMALL)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for(what: str, found: object, seconds: float = 120) -> None:
    """Wait until ``found()`` is true; the limit is only there so that a broken test ends."""
    assert callable(found)
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


class Cluster:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.processes = [start("dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                                "--scheduler-file", str(self.file))]  # fmt: skip
        wait_for("the scheduler", lambda: self.file.exists() and self.file.stat().st_size)
        self.address = json.loads(self.file.read_text())["address"]
        self.workers = [
            start("dask", "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                  "--host", "127.0.0.1", "--local-directory", str(folder))
            for _ in range(2)
        ]  # fmt: skip
        self.processes += self.workers

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    running = Cluster(tmp_path)
    yield running
    running.stop()


def parts(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(folder.glob("part-*.parquet"))}


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by their group")
def test_a_worker_killed_in_mid_run_loses_nothing_and_nothing_is_there_twice(tmp_path: Path, cluster: Cluster) -> None:
    spec, table = tmp_path / "spec.yaml", tmp_path / "patients.parquet"
    spec.write_text(SPEC)
    made = theralogic("cohort", "make", str(spec), "--patients", str(PATIENTS), "-o", str(table))
    made.communicate()
    assert made.returncode == 0
    common = ("cohort", "run", str(table), "--give", "infliximab", "--ask", "RA activity", "--batch", str(BATCH))
    here = theralogic(*common, "--workers", "1", "-o", str(tmp_path / "here"))
    assert here.communicate()[0], here.returncode
    there = theralogic(*common, "--scheduler", cluster.address, "-o", str(tmp_path / "there"))
    wait_for("the first parts", lambda: len(parts(tmp_path / "there")) >= 5 or there.poll() is not None)
    done = len(parts(tmp_path / "there"))
    os.killpg(cluster.workers[0].pid, signal.SIGKILL)
    out, err = there.communicate()
    assert there.returncode == 0, (out, err)
    assert done < PATIENTS // BATCH, "the worker was killed too late to matter"
    assert parts(tmp_path / "there") == parts(tmp_path / "here")
    manifests = [json.loads((tmp_path / name / "_manifest.json").read_text()) for name in ("here", "there")]
    assert manifests[0] == manifests[1]
    assert manifests[1]["patients"] == PATIENTS


def test_a_scheduler_that_does_not_answer_is_told_without_a_traceback(tmp_path: Path) -> None:
    table = tmp_path / "patients.csv"
    table.write_text("id,disease\n1,rheumatoid arthritis\n")
    done = theralogic("cohort", "run", str(table), "--scheduler", "tcp://127.0.0.1:9", "-o", str(tmp_path / "result"))
    _, err = done.communicate()
    assert (done.returncode, b"no-cluster" in err) == (1, True), err
    assert b"Traceback" not in err


def told(job: BatchJob, batch: Batch) -> Part:
    """A part that says which job and batch it is of; batch 3 fails."""
    if batch.number == 3:
        raise ValueError("a worker's own error")
    return Part(batch, job.rules, batch.length, ())


def test_a_worker_gets_the_job_once_and_its_error_reaches_whoever_waits() -> None:
    import distributed

    here: Any = distributed.LocalCluster
    with here(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as local:
        cluster = cohort.Cluster(local.scheduler_address)
        assert cluster.at_once == 2
        job = BatchJob(b"rules", "", "", "table", (), ())
        parts = [cluster.submit(told, job, Batch(number, 0, 7)) for number in range(4)]
        assert [part.result(60).content for part in parts[:3]] == [b"rules"] * 3
        assert cohort._itself(job) is job
        with pytest.raises(ValueError, match="a worker's own error"):
            parts[3].result(60)
        cluster.close()


def test_a_cluster_without_workers_is_not_waited_for_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    monkeypatch.setattr(cohort, "FIRST_WORKER", 0.5)
    here: Any = distributed.LocalCluster
    with here(n_workers=0, processes=False, dashboard_address=None) as local:
        with pytest.raises(EngineError, match=r"(?s)no worker has come.*dask worker inproc"):
            cohort.Cluster(local.scheduler_address)
        local.scale(1)
        cluster = cohort.Cluster(local.scheduler_address)
        cluster.check()
        local.scale(0)
        local.sync(local._correct_state)
        wait_for("the worker to go", lambda: not cluster.at_once or not cluster._client.nthreads())
        cluster.check()  # one that has just ended may be started again
        monkeypatch.setattr(cohort, "NO_WORKER", 0)
        with pytest.raises(EngineError, match="no worker is left"):
            cluster.check()
        cluster.close()
        with pytest.raises(EngineError, match=r"the cluster at .* has gone") as caught:
            cluster.check()
        assert caught.value.code == "worker-lost"


def lost(job: BatchJob, batch: Batch) -> Part:
    """A batch that ends as where a connection is lost."""
    raise ConnectionError("the connection is closed")


def test_what_dask_says_of_a_lost_connection_is_said_in_words() -> None:
    import distributed

    here: Any = distributed.LocalCluster
    with here(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as local:
        cluster = cohort.Cluster(local.scheduler_address)
        part = cluster.submit(lost, BatchJob(b"", "", "", "table", (), ()), Batch(0, 0, 7))
        with pytest.raises(EngineError, match="has gone, or loses its workers"):
            part.result(60)
        cluster.close()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by their group")
def test_a_scheduler_killed_in_mid_run_is_told_and_the_run_goes_on_without_it(tmp_path: Path, cluster: Cluster) -> None:
    table, result = tmp_path / "patients.csv", tmp_path / "result"
    table.write_text("id,disease\n" + "".join(f"{n},rheumatoid arthritis\n" for n in range(20_000)))
    common = ("cohort", "run", str(table), "--give", "infliximab", "--batch", str(BATCH), "-o", str(result))
    there = theralogic(*common, "--scheduler", cluster.address)
    wait_for("the first parts", lambda: len(parts(result)) >= 3 or there.poll() is not None)
    os.killpg(cluster.processes[0].pid, signal.SIGKILL)
    _, err = there.communicate()
    assert (there.returncode, b"[worker-lost]" in err, b"Traceback" in err) == (1, True, False), err
    here = theralogic(*common, "--workers", "1")
    out, err = here.communicate()
    assert b"20,000 patients answered" in out, err


@pytest.mark.skipif(sys.platform != "linux", reason="children are found in /proc")
def test_a_process_of_the_pool_that_is_killed_is_told_and_the_run_goes_on(tmp_path: Path) -> None:
    table, result = tmp_path / "patients.csv", tmp_path / "result"
    table.write_text("id,disease\n" + "".join(f"{n},rheumatoid arthritis\n" for n in range(20_000)))
    common = ("cohort", "run", str(table), "--give", "infliximab", "--batch", "100", "-o", str(result))
    there = theralogic(*common, "--workers", "2")
    wait_for("the first parts", lambda: len(parts(result)) >= 3 or there.poll() is not None)
    children = Path(f"/proc/{there.pid}/task/{there.pid}/children").read_text().split()
    workers = [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(int(workers[0]), signal.SIGKILL)
    _, err = there.communicate()
    assert (there.returncode, b"[worker-lost]" in err, b"Traceback" in err) == (1, True, False), err
    out, err = theralogic(*common, "--workers", "1").communicate()
    assert b"20,000 patients answered" in out, err


def test_without_dask_the_help_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(EngineError, match=r"(?s)Dask is not installed here.*extra `dask`"):
        cohort.Cluster("tcp://127.0.0.1:9")
