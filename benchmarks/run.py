"""Everything side by side in one run: one case by size of the rule base, and many patients by their number.

Peers take turns, round after round, so that whatever else the machine does falls on all of them. Time is that of the
processor, because the machine is rarely ours alone; the clock's stands beside it end to end. A ratio is taken
within a round; given are the median and, in brackets, the least and the greatest.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import page  # noqa: E402
from benchmarks.peers import PEERS, Prepared, wrong  # noqa: E402
from benchmarks.worlds import world  # noqa: E402

SIZES = (100, 1_000, 10_000, 100_000)
NUMBERS = (1, 10, 100, 1_000, 10_000, 100_000, 1_000_000)
ROUNDS = 5
LIMIT = 20.0  # seconds of processor time after which a peer is not tried on the next size
SPEC = """\
id: benchmark
disease: {DISEASES}
findings:
  TNF: {normal: 1, elevated: 2, high: 2, missing: 0.1}
  IL6: {normal: 1, elevated: 2, high: 2, missing: 0.1}
  IL1B: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  IL17A: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  IFNG: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  IL10: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  IL4: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  IL13: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  IL5: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  IL22: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  CXCL8: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  TGFB1: {low: 1, normal: 2, elevated: 1, high: 1, missing: 0.1}
  Treg_cells: {low: 1, normal: 2, elevated: 1, missing: 0.1}
  Th17_cells: {low: 1, normal: 2, elevated: 1, missing: 0.1}
  CRP: {value: {lognormal: [12, 1.1]}, reference: [0, 5], missing: 0.1}
"""


def processor(function: Callable[[], Any]) -> tuple[float, Any]:
    """Processor time of a call, its child processes included, and what it returns."""
    start = time.process_time() + children()
    found = function()
    return time.process_time() + children() - start, found


def children() -> float:
    """Processor time of the child processes so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def one_case(sizes: tuple[int, ...], rounds: int) -> list[dict[str, Any]]:
    """One case through every peer, by number of mechanisms."""
    rows: list[dict[str, Any]] = []
    given_up: set[str] = set()
    for size in sizes:
        prepared = Prepared(world(size))
        right = PEERS["reference"][0](prepared)()
        peers = {}
        for name, (make, most) in PEERS.items():
            if size <= most and name not in given_up:
                try:
                    peers[name] = make(prepared)
                except (ImportError, FileNotFoundError) as error:
                    given_up.add(name)
                    print(f"{name}: {error}", file=sys.stderr)
        times: dict[str, list[float]] = {name: [] for name in peers}
        shares: dict[str, float] = {}
        for turn in range(rounds):
            for name, answer in peers.items():
                if name in given_up or (turn and times[name] and times[name][0] > LIMIT / 4):
                    continue
                try:
                    seconds, found = processor(answer)
                except Exception as error:  # a peer's limit is a result, not a failure of the benchmark
                    given_up.add(name)
                    print(f"{size} {name}: {type(error).__name__}: {str(error)[:100]}", file=sys.stderr)
                    continue
                times[name].append(seconds)
                if not name.startswith("cohort"):
                    shares[name] = wrong(found, right)
                if seconds > LIMIT:
                    given_up.add(name)
        for name, measured in times.items():
            if measured:
                ratios = [t / r for t, r in zip(measured, times["reference"], strict=False)]
                rows.append(_row(name, size, measured, ratios, wrong=shares.get(name), changed=len(right)))
                print(rows[-1], file=sys.stderr)
    return rows


def _row(name: str, size: int, seconds: list[float], ratios: list[float], **more: Any) -> dict[str, Any]:
    return {
        "peer": name,
        "size": size,
        "seconds": [statistics.median(seconds), min(seconds), max(seconds)],
        "ratio": [statistics.median(ratios), min(ratios), max(ratios)],
        "rounds": len(seconds),
        **more,
    }


def start_up(rounds: int) -> list[dict[str, Any]]:
    """Starting a process to the printed explanation of shipped cases, against importing what such a tool needs."""
    needed = "import click, pydantic, yaml, durable.engine"
    commands = {needed: ["-c", needed]}
    for case in ("asthma-tezepelumab", "ra-tocilizumab"):
        for engine in ("durable", "reference"):
            commands[f"explain {case}, {engine}"] = ["-m", "theralogic_cli", "explain", case, "--engine", engine]
    taken: dict[str, list[float]] = {name: [] for name in commands}
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}  # an installed package has its bytecode
    for name, arguments in [*commands.items()] + [*commands.items()] * rounds:  # the first time only fills caches
        run = partial(subprocess.run, [sys.executable, *arguments], check=True, capture_output=True, env=environment)
        seconds, _ = processor(run)
        taken[name].append(seconds)
    base = taken[needed][1:]
    return [
        _row(name, 0, seconds[1:], [one / other for one, other in zip(seconds[1:], base, strict=True)])
        for name, seconds in taken.items()
    ]


def inside(rounds: int) -> list[dict[str, Any]]:
    """One shipped case without its arms inside a running process, alone and where its patient was seen before."""
    from theralogic.files.locations import case_names, load_case, load_kb
    from theralogic.reasoning import reference
    from theralogic.reasoning.durable import engine as durable
    from theralogic.reasoning.evaluate import EvaluationCache
    from theralogic.results.assemble import solve

    kb = load_kb(None)
    path = case_names()["asthma-tezepelumab"]
    whole = load_case(path.read_bytes(), path.name, kb)
    case = whole._replace(arms=whole.arms[:1])
    rows = []
    for engine in (reference, durable):
        cache = EvaluationCache(kb, engine)
        for name, shared in ((engine.NAME, None), (f"{engine.NAME}, patient seen before", cache)):
            run = partial(solve, kb, case, engine, cache=shared)
            run()
            seconds = [processor(run)[0] for _ in range(rounds)]
            rows.append(_row(name, len(kb.mechanisms), seconds, [1.0]))
    return rows


def many_patients(numbers: tuple[int, ...], rounds: int, folder: Path) -> list[dict[str, Any]]:
    """Many patients on the shipped rules, inside a process: packing, settling, reasons, unpacking; no files."""
    import pyarrow.parquet as pq

    from theralogic.cohort.cohort_arms import arm_of
    from theralogic.cohort.patients import columns_of, patients_of
    from theralogic.cohort.solve import CohortSolver, case_of
    from theralogic.files.locations import load_kb
    from theralogic.reasoning import reference
    from theralogic.reasoning.durable import engine as durable
    from theralogic.reasoning.evaluate import run_arm
    from theralogic.results.assemble import answer

    kb = load_kb(None)
    asked = ask(kb)
    arm = arm_of(kb, ("adalimumab",), ())
    table = pq.read_table(made(folder, max(numbers), "rheumatoid arthritis: 1"))
    columns = columns_of(table.column_names, kb, "benchmark")
    rows = []
    for number in numbers:
        chunks = [table.slice(first, min(131_072, number - first)) for first in range(0, number, 131_072)]
        people = [patients_of(chunk, columns, kb, 1).population for chunk in chunks]

        def cohort(people: list[Any] = people) -> None:
            solver = CohortSolver(kb, asked)
            for population in people:
                list(solver.answers(population, [arm]))

        def single(engine: Any, number: int = number, people: list[Any] = people) -> None:
            for n in range(number):
                case = case_of(people[0], n)
                run = run_arm(kb, case, case.arms[0]._replace(prescriptions=arm.prescriptions), engine)
                for entity in asked:
                    answer(kb, run, entity)

        peers: dict[str, Callable[[], None]] = {"cohort": cohort}
        if number <= 100:
            peers |= {"reference": lambda: single(reference), "durable": lambda: single(durable)}
        times: dict[str, list[float]] = {name: [] for name in peers}
        for _ in range(rounds if number <= 10_000 else min(rounds, 3)):
            for name, work in peers.items():
                times[name].append(processor(work)[0])
        for name, measured in times.items():
            base = times.get("reference", measured)
            row = _row(name, number, measured, [t / r for t, r in zip(measured, base, strict=True)])
            rows.append({**row, "ratio": row["ratio"] if "reference" in times else None})
            print(rows[-1], file=sys.stderr)
    return rows


def ask(kb: Any) -> tuple[str, ...]:
    """What is asked of every patient: the activity and what is commonly measured or feared."""
    from theralogic.model.names import find

    names = ("rheumatoid arthritis activity", "CRP", "IL6", "IL17A", "fatal infection risk")
    return tuple(find(kb, "entity", name) for name in names)


def made(folder: Path, number: int, diseases: str) -> Path:
    """A table of virtual patients."""
    table = folder / f"patients-{number}-{len(diseases)}.parquet"
    if not table.exists():
        spec = folder / "spec.yaml"
        spec.write_text(SPEC.replace("{DISEASES}", "{" + diseases + "}"), encoding="utf-8")
        command = ["cohort", "make", str(spec), "--patients", str(number), "-o", str(table)]
        subprocess.run([sys.executable, "-m", "theralogic_cli", *command], check=True, capture_output=True)
    return table


def end_to_end(numbers: tuple[int, ...], rounds: int, folder: Path) -> list[dict[str, Any]]:
    """The command, Parquet in and out, all cores: one disease, and all diseases of the rule base."""
    from theralogic.files.locations import load_kb

    kb = load_kb(None)
    every = ", ".join(f"{kb.diseases[d].name!r}: 1" for d in sorted(kb.diseases))
    rows = []
    for what, diseases in (("one disease", "rheumatoid arthritis: 1"), ("all diseases", every)):
        for number in numbers:
            table = made(folder, number, diseases)
            clock, cpu = [], []
            for _ in range(rounds):
                result = folder / "result"
                shutil.rmtree(result, ignore_errors=True)
                asked = [part for entity in ask(kb) for part in ("--ask", entity)]
                command = ["cohort", "run", str(table), "--give", "adalimumab", *asked, "-o", str(result)]
                before, start = children(), time.perf_counter()
                subprocess.run([sys.executable, "-m", "theralogic_cli", *command], check=True, capture_output=True)
                clock.append(time.perf_counter() - start)
                cpu.append(children() - before)
            size = sum(p.stat().st_size for p in result.glob("part-*.parquet"))
            rows.append(
                {
                    "patients": number,
                    "what": what,
                    "clock": [statistics.median(clock), min(clock), max(clock)],
                    "processor": [statistics.median(cpu), min(cpu), max(cpu)],
                    "bytes_in": table.stat().st_size,
                    "bytes_out": size,
                    "distinct": _distinct(table),
                }
            )
            print(rows[-1], file=sys.stderr)
    return rows


def _distinct(table: Path) -> int:
    """How many of the patients differ from all others in what was found in them (levels, not the measured value)."""
    import pyarrow.parquet as pq

    read = pq.read_table(table).drop_columns(["id", "CRP", "CRP.low", "CRP.high"])
    return int(read.group_by(read.column_names).aggregate([]).num_rows)


def main() -> None:
    """Measure, and write results and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, two rounds; the page is not written")
    parser.add_argument("--page", action="store_true", help="write the page from the last results, measure nothing")
    parser.add_argument("--one-case", action="store_true", help="measure one case anew, keep the other results")
    parser.add_argument("--start-up", action="store_true", help="measure shipped cases anew, keep the other results")
    options = parser.parse_args()
    results = ROOT / "benchmarks" / "results.json"
    if options.one_case:
        kept = json.loads(results.read_text(encoding="utf-8"))
        results.write_text(json.dumps({**kept, "one_case": one_case(SIZES, ROUNDS)}, indent=1) + "\n", encoding="utf-8")
    elif options.start_up:
        kept = json.loads(results.read_text(encoding="utf-8"))
        kept.update(rules=rules(), start_up=start_up(ROUNDS), inside=inside(5 * ROUNDS))
        results.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    elif not options.page:
        rounds = 2 if options.quick else ROUNDS
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            found = {
                "machine": f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}",
                "rules": rules(),
                "one_case": one_case(SIZES[:2] if options.quick else SIZES, rounds),
                "start_up": start_up(rounds),
                "inside": inside(5 * rounds),
                "many_patients": many_patients(NUMBERS[:4] if options.quick else NUMBERS, rounds, folder),
                "end_to_end": end_to_end((10_000,) if options.quick else NUMBERS[4:], min(rounds, 3), folder),
            }
        if options.quick:
            print(json.dumps(found, indent=1))
            return
        results.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    page.write(json.loads(results.read_text(encoding="utf-8")), ROOT)


def rules() -> dict[str, int]:
    """Size of the shipped rule base."""
    from theralogic.files.locations import load_kb

    kb = load_kb(None)
    return {"mechanisms": len(kb.mechanisms), "entities": len(kb.entities), "interventions": len(kb.interventions)}


if __name__ == "__main__":
    main()
