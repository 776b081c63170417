"""Coverage-guided fuzzing of everything that reads bytes: ``python -m tests.fuzz.guided yaml -max_total_time=60``.

Needs atheris, which installs on Linux only and is no dependency; the seeded cases of every run are in
``test_hostile.py``. What it finds belongs there or in ``tests/broken/``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

Reader = Callable[[bytes], object]


def readers() -> dict[str, Reader]:
    """What reads bytes, by name; imported only now, so that atheris sees every line of it."""
    from tests.fuzz.hostile import SMALL

    from theralogic.files.cases import case_from
    from theralogic.files.load import read_case
    from theralogic.files.locations import load_kb
    from theralogic.interchange.logical_model import read_bnet
    from theralogic.score import read_table
    from theralogic.verify import read_result, verify

    kb = load_kb(SMALL)
    return {
        "yaml": lambda text: case_from(read_case(text, "try.yaml"), kb),
        "result": lambda text: [verify(kb, result) for result in read_result(text, "result.json")],
        "table": lambda text: read_table(text, "table.csv"),
        "model": lambda text: read_bnet(text, "model.bnet"),
    }


def main(arguments: list[str]) -> None:
    """Fuzz the reader named first; what follows are options of libFuzzer."""
    import atheris

    with atheris.instrument_imports(include=["theralogic"]):
        read = readers()[arguments[1]]
        from tests.fuzz.hostile import fit_to_show

        from theralogic.model.errors import TheralogicError

    def once(text: bytes) -> None:
        try:
            read(text)
        except TheralogicError as error:
            fit_to_show(error)

    atheris.Setup([arguments[0], *arguments[2:]], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv)
