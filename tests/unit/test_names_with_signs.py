"""A sign that means the opposite is never dropped from a name, and every way to write a Greek letter is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theralogic.model.names import SEARCH, fold, lookup, squash, suggest

NAMES = {
    "cd4 t cells": "CD4_T_cells",
    "il-10": "IL10",
    "crp": "CRP",
    "cd3 epsilon": "CD3E",
    "tnf": "TNF",
    "il-1beta": "IL1B",
    "il-2r alpha": "IL2RA",
    "nf-kappab": "NFKB1",
    "interferon omega": "IFNW1",
}


@pytest.mark.parametrize(
    "name",
    [
        "CD4- T cells",
        "CD4\N{MINUS SIGN} T cells",
        "IL10 -/-",
        "IL-10-/-",
        "IL10 +/-",
        "CRP-",
        "IL-10 ↓",
        "!CRP",
        "< CRP",
    ]
    + ["CD4\N{SUPERSCRIPT MINUS} T cells", "CD4-/- T cells", "CRP (CD4-)", "% CD4 T cells"],
)
def test_a_name_with_a_sign_is_not_the_one_without(name: str) -> None:
    assert lookup(NAMES, name) is None


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("CD4+ T cells", "CD4_T_cells"),
        ("CD4\N{SUPERSCRIPT PLUS SIGN} T-cells", "CD4_T_cells"),
        ("CD4-T cells", "CD4_T_cells"),
        ("il 10", "IL10"),
        ("IL\N{NON-BREAKING HYPHEN}10", "IL10"),
        ("IL\N{EN DASH}10", "IL10"),
        ("CD3ε", "CD3E"),
        ("CD3-Ε", "CD3E"),
        ("ＴＮＦ", "TNF"),
        ("IL-1ß", "IL1B"),
        ("IL-1β", "IL1B"),
        ("IL-2Rα", "IL2RA"),
        ("NF-κB", "NFKB1"),
        ("interferon ω", "IFNW1"),
    ],
)
def test_greek_letters_full_width_and_every_hyphen_are_read(name: str, identity: str) -> None:
    assert lookup(NAMES, name) == identity


def test_the_opposite_is_not_suggested() -> None:
    assert suggest(NAMES, "CD4- T cells") == SEARCH
    assert suggest(NAMES, "CD4 T cellz") == "did you mean `cd4 t cells`?"


@given(st.text(max_size=12), st.sampled_from(["-", "-/-", "\N{MINUS SIGN}", "↓", "↑"]))
def test_no_name_is_found_under_itself_with_a_sign(text: str, sign: str) -> None:
    text = f"x{text}y"
    assert lookup({fold(text): "id"}, text) == "id"
    assert squash(text) != squash(text + sign)
