"""The notebooks run from top to bottom, and what ends a cell shows itself as a notebook would show it."""

from __future__ import annotations

import ast
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

import theralogic
from theralogic.model.vocabulary import DISCLAIMER

NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "docs" / "notebooks").glob("*.ipynb"))


def cells(notebook: Path) -> list[str]:
    """The code of a notebook, cell by cell."""
    document = json.loads(notebook.read_text(encoding="utf-8"))
    assert (document["nbformat"], document["nbformat_minor"]) == (4, 5)
    return ["".join(cell["source"]) for cell in document["cells"] if cell["cell_type"] == "code"]


def run(code: str, names: dict[str, Any]) -> Any:
    """Run a cell as a kernel does; returns the value of its last line, or None."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if isinstance(last, ast.Expr) else None


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_notebook_runs_from_top_to_bottom(notebook: Path) -> None:
    names: dict[str, Any] = {}
    shown = 0
    for code in cells(notebook):
        value = run(code, names)
        html = value._repr_html_() if hasattr(value, "_repr_html_") else None
        if html:
            assert DISCLAIMER in html
            body = re.sub(r"<style>.*?</style>", "", html, flags=re.S)
            ET.fromstring(body.replace("&nbsp;", " "))  # every tag is closed
            shown += 1
    assert shown >= 3


def test_two_notebooks_are_shipped() -> None:
    assert len(NOTEBOOKS) == 2


def test_the_interface_has_ten_names_and_all_of_them_are_described() -> None:
    assert len(theralogic.__all__) == 10
    assert [name for name in theralogic.__all__ if not getattr(theralogic, name).__doc__] == []
    assert [name for name in theralogic.__all__ if name not in (theralogic.__doc__ or "")] in ([], ["Prediction"])
    assert set(theralogic.__all__) <= set(dir(theralogic))


def test_every_view_has_a_plain_text_and_can_be_saved(tmp_path: Path) -> None:
    found = theralogic.predict("rheumatoid arthritis", "tocilizumab", ask=["CRP"])
    assert "C-reactive protein" in str(found)
    assert repr(found) == str(found)
    for view, start in ((found.explain("CRP"), "<div"), (found.draw(), "<svg"), (found.report(), "<!doctype")):
        assert str(view)
        saved = view.save(tmp_path / "view")
        assert saved.read_text(encoding="utf-8").startswith(start)
    assert found.draw()._repr_svg_() is not None
    assert found.draw()._repr_html_() is None


def test_an_entity_that_was_not_asked_has_no_answer_and_the_error_says_how_to_get_one() -> None:
    found = theralogic.predict("rheumatoid arthritis", "tocilizumab", ask=["CRP"])
    with pytest.raises(theralogic.TheralogicError, match="ask for it"):
        found["TNF"]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute"):
        theralogic.nothing  # noqa: B018
