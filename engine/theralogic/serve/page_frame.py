"""What every served page has in common: its style and scripts, and the policy it comes with.

The links to the main places and the disclaimers stand in ``templates/frame.html``, which every page extends.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from theralogic.model.vocabulary import DISCLAIMER
from theralogic.render.web.page import Assets, asset_text, document, page_assets, policy

HERE = Path(__file__).parent


class ServedPage(NamedTuple):
    """A page as it is sent: its HTML, the policy under which it runs, its status."""

    html: str
    policy: str
    status: int = 200


def page(
    template: str, title: str, *, kicker: str = "", skip: str = "main", status: int = 200, **values: object
) -> ServedPage:
    """A page from a template that extends ``frame.html``; ``skip`` is where the first link leads."""
    return served_page(template, title, page_assets(), status=status, kicker=kicker, skip=skip, **values)


def served_page(template: str, title: str, assets: Assets, *, status: int = 200, **values: object) -> ServedPage:
    """A page from a template, with a style and scripts of its own, and those that all served pages have."""
    style, script = (asset_text(HERE / name) for name in ("serve.css", "serve.js"))
    both = Assets(f"{assets.style}\n{style}", f"{assets.script}\n{script}")
    html = document(template, title, both, served=True, disclaimer=DISCLAIMER, **values)
    return ServedPage(html, header_policy(policy(both, served=True)), status)


def header_policy(policy: str) -> str:
    """A policy that, as a header, also keeps the page out of the frames of others."""
    return f"{policy}; frame-ancestors 'none'"
