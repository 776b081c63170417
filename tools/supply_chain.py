"""What theralogic is made of: licences, known weaknesses, bill of materials.

Exit codes: 0 fine, 1 wrong, 75 could not check here (a network that refuses is not a weakness).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

OURS = "theralogic"
EXTRAS = ("cohort", "dask", "serve", "notebook", "anki")
UNCHECKED = 75

# Licences that let anybody use, change and pass on what they cover together with an MIT-licensed program.
ALLOWED = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|PSF|Python Software Foundation|ISC|MPL[- ]2|Mozilla Public License 2|"
    r"Unlicense|Zlib|CC0|HPND|LLVM)",
    re.IGNORECASE,
)
# Looked at by a person and found to fit all the same, with the reason.
ACCEPTED = {"frozendict": "used unmodified by the optional extra `anki` only, and not shipped with theralogic"}


def installed(extras: tuple[str, ...] = ()) -> Iterator[Distribution]:
    """The distributions that ``theralogic[extras]`` needs here, each once, sorted by name."""
    seen: dict[str, Distribution] = {}
    waiting = [(OURS, frozenset(extras))]
    visited: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, wanted = waiting.pop()
        if (name, wanted) in visited:
            continue
        visited.add((name, wanted))
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        seen[name] = found
        for line in found.requires or ():
            requirement = Requirement(line)
            environments = [{"extra": extra} for extra in (*wanted, "")]
            if requirement.marker is None or any(requirement.marker.evaluate(e) for e in environments):
                key = re.sub(r"[-_.]+", "-", requirement.name).lower()
                waiting.append((key, frozenset(requirement.extras)))
    seen.pop(OURS, None)
    return iter(dict(sorted(seen.items())).values())


def licence_of(found: Distribution) -> str:
    """What a distribution says of its licence: the expression, else the classifiers, else the free text."""
    meta = found.metadata
    expressions = meta.get_all("License-Expression") or []
    classifiers = [c.split(" :: ")[-1] for c in meta.get_all("Classifier") or () if c.startswith("License ::")]
    texts = [text.strip().split("\n")[0][:80] for text in meta.get_all("License") or ()]
    return "; ".join(expressions or [c for c in classifiers if c != "OSI Approved"] or texts)


def licences() -> int:
    """Every run-time dependency, the extras' too, must come under a licence that fits ours."""
    unfit = []
    for found in installed(EXTRAS):
        name = found.metadata["Name"]
        licence, reason = licence_of(found), ACCEPTED.get(name, "")
        print(f"{name} {found.version}: {licence or 'says nothing'}{reason and f' ({reason})'}")
        if not ALLOWED.search(licence) and not reason:
            unfit.append(name)
    if unfit:
        print(f"licences to look at: {', '.join(unfit)}")
    return 1 if unfit else 0


def audit() -> int:
    """Known weaknesses of the dependencies as installed here, asked of the open vulnerability database."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, answer = Path(folder, "installed.txt"), Path(folder, "answer.json")
        wanted.write_text("".join(f"{d.metadata['Name']}=={d.version}\n" for d in installed(EXTRAS)))
        command = [sys.executable, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        command += ["--vulnerability-service", "osv", "--timeout", "10", "-r", str(wanted)]
        command += ["--format", "json", "--output", str(answer)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            report = json.loads(answer.read_text())
        except (OSError, ValueError, subprocess.TimeoutExpired):
            print("could not check for known weaknesses: the vulnerability database did not answer")
            return UNCHECKED
    if not report["dependencies"]:
        print(f"could not check for known weaknesses: {run.stderr.strip()[-200:]}")
        return UNCHECKED
    weak = [d for d in report["dependencies"] if d.get("vulns")]
    for dependency in weak:
        print(f"{dependency['name']} {dependency['version']}: {', '.join(v['id'] for v in dependency['vulns'])}")
    skipped = [d["name"] for d in report["dependencies"] if "skip_reason" in d]
    print(f"{len(report['dependencies']) - len(skipped)} dependencies asked about, {len(weak)} with known weaknesses")
    if skipped:
        print(f"not asked about: {', '.join(skipped)}")
    return 1 if weak else UNCHECKED if skipped else 0


def sbom() -> int:
    """A bill of materials of this environment, as CycloneDX JSON in ``build/sbom.json``."""
    target = Path("build", "sbom.json")
    target.parent.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "cyclonedx_py", "environment", "--output-reproducible", "-o", str(target)]
    try:
        run = subprocess.run([*command, sys.executable], capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"could not write a bill of materials: {error}")
        return UNCHECKED
    if run.returncode:
        print(f"could not write a bill of materials: {run.stderr.strip()[-300:]}")
        return UNCHECKED
    parts = json.loads(target.read_text()).get("components", [])
    print(f"{target}: {len(parts)} components")
    return 0


def main(arguments: list[str]) -> int:
    """Run the one command named."""
    commands: dict[str, Callable[[], int]] = {"licences": licences, "audit": audit, "sbom": sbom}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(f"usage: supply_chain.py {'|'.join(commands)}", file=sys.stderr)
        return 2
    return commands[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
