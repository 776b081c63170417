# `just` alone: what must hold before a change is handed in.

default: check

# An editable installation with every tool.
setup:
    python3 -m pip install -e '.[dev]'

# Format, lint, types, layers, rules, cases, docs, supply chain, tests.
check *steps:
    ./check {{steps}}

# All tests, or those that arguments choose.
test *args:
    python3 -m pytest {{args}}

# Put code into the house format and mend what can be mended by itself.
format:
    python3 -m ruff format .
    python3 -m ruff check --fix .

# Which lines and branches of the engine no test runs (there must be none): all tests, with fewer random worlds.
coverage *tests:
    THERALOGIC_WORLDS=400 THERALOGIC_JUDGED=80 THERALOGIC_HOSTILE=500 \
        python3 -m pytest {{tests}} --cov

# Which changes of levels, kernel, proposals, agenda, reference, verify or loader no test notices (slow).
mutate part *sample:
    python3 tools/mutants.py {{part}} {{sample}}

# Both engines on a million random worlds, cohorts on a hundred thousand, the logic program on five thousand (hours).
night:
    THERALOGIC_WORLDS=1000000 THERALOGIC_COHORT_WORLDS=100000 THERALOGIC_PATIENTS=10000 \
        THERALOGIC_JUDGED=5000 THERALOGIC_DAMAGES=100000 python3 -m pytest tests/oracle tests/unit/test_verify_damage.py

# Coverage-guided fuzzing of a reader: yaml, result, table or model (needs atheris).
fuzz reader *args:
    python3 -m tests.fuzz.guided {{reader}} {{args}}

# Pages that are generated from the program itself.
docs:
    python3 tools/docs.py

# Pin every dependency with its hashes, for all supported Pythons.
lock:
    uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-emit-index-url \
        --no-emit-find-links --no-strip-extras --custom-compile-command "just lock" --upgrade pyproject.toml -o constraints.txt

# A wheel, installed into empty environments and used from there.
wheel:
    bash .ci/wheel

# What continuous integration runs, in an environment of its own.
ci:
    bash .ci/run
