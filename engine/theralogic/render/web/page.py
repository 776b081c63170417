"""Whole pages: one file, no network, and a policy that lets nothing run but what was hashed here."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import NamedTuple

from theralogic.render.templates import render, trusted

HERE = Path(__file__).parent


class Assets(NamedTuple):
    """The one style sheet of a page and its one script, which may be empty."""

    style: str
    script: str


def asset(name: str) -> str:
    """The text of a style sheet or script that travels with this package."""
    return asset_text(HERE / name)


def asset_text(path: Path) -> str:
    """The text of a style sheet or script beside a module."""
    return path.read_text(encoding="utf-8").strip()


def page_assets() -> Assets:
    """The house style and script."""
    return Assets(asset("style.css"), asset("page.js"))


def policy(assets: Assets, *, served: bool = False) -> str:
    """A content security policy under which only this style and this script run, and nothing is fetched.

    A page that is ``served`` may send its forms to, and fetch from, where it came from.
    """

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    rules = ["default-src 'none'", f"style-src {digest(assets.style)}", "img-src data:", "base-uri 'none'"]
    rules += ["form-action 'self'", "connect-src 'self'"] if served else ["form-action 'none'"]
    return "; ".join([*rules, *([f"script-src {digest(assets.script)}"] if assets.script else [])])


def document(template: str, title: str, assets: Assets, *, served: bool = False, **values: object) -> str:
    """A whole page from a template that extends ``page.html``: exactly the style and script that its policy names."""
    return render(
        template,
        title=title,
        policy=policy(assets, served=served),
        style=trusted(assets.style),
        script=trusted(assets.script),
        **values,
    )
