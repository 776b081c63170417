"""The shell of every page: one file, no network, and a policy that lets nothing run but what was hashed here."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path

HERE = Path(__file__).parent


def esc(text: str) -> str:
    """``text`` as it may stand in HTML, quotes too."""
    return escape(text, quote=True)


def anchor(*parts: object) -> str:
    """An id for a place on the page, made of letters, digits and hyphens.

    >>> anchor("step", "treated", "TNF:soluble")
    'step-treated-TNF_soluble'
    """
    return "-".join("".join(c if c.isalnum() or c in "-_" else "_" for c in str(part)) for part in parts)


def asset(name: str) -> str:
    """The text of a style sheet or script that travels with this package."""
    return (HERE / name).read_text(encoding="utf-8").strip()


def policy(style: str, script: str, *, served: bool = False) -> str:
    """A content security policy under which only this style and this script run, and nothing is fetched.

    A page that is ``served`` may send its forms to, and fetch from, where it came from.
    """

    def digest(text: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    rules = ["default-src 'none'", f"style-src {digest(style)}", "img-src data:", "base-uri 'none'"]
    rules += ["form-action 'self'", "connect-src 'self'"] if served else ["form-action 'none'"]
    return "; ".join([*rules, *([f"script-src {digest(script)}"] if script else [])])


def document(
    title: str, body: str, *, style: str | None = None, script: str | None = None, served: bool = False
) -> str:
    """A whole page around ``body``, with the house style and script unless others are given."""
    style = asset("style.css") if style is None else style
    script = asset("page.js") if script is None else script
    parts = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{esc(policy(style, script, served=served))}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        '<link rel="icon" href="data:,">',
        f"<title>{esc(title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        body,
        f"<script>{script}</script>" if script else "",
        "</body>",
        "</html>",
    ]
    return "\n".join(part for part in parts if part)
