"""A new case file is read back, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from theralogic.files.locations import load_case, load_kb
from theralogic.reasoning.engines import engine_named
from theralogic.render.case_template import template

KB = load_kb(Path(__file__).parent.parent / "data" / "small")


@pytest.mark.parametrize("name", ["my-case", "2024", "007", "1e3", "null", "True", "false", "no", "0x10", "1_000"])
def test_a_new_case_is_read_back_under_the_same_name(name: str) -> None:
    text = template(KB, name, "rheumatoid_arthritis", ["tocilizumab"], engine_named("reference"))
    case = load_case(text.encode(), "new.yaml", KB)
    assert (case.id, case.diseases) == (name, ("rheumatoid_arthritis",))
