"""What every served page has in common: the way around, its style and scripts, the policy it comes with."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from theralogic.model.vocabulary import DISCLAIMER
from theralogic.render.web.page import asset, document, esc, policy
from theralogic.render.web.parts import disclaimer

HERE = Path(__file__).parent
PLACES = (("/", "Start"), ("/explore", "Explore"), ("/rules", "Rules"))


class ServedPage(NamedTuple):
    """A page as it is sent: its HTML, the policy under which it runs, its status."""

    html: str
    policy: str
    status: int = 200


def page(title: str, main: str, *, kicker: str = "", skip: str = "main", status: int = 200) -> ServedPage:
    """A page around ``main``, with the house style; ``skip`` is where the first link leads."""
    over = f'<p class="kicker">{esc(kicker)}</p>' if kicker else ""
    body = (
        f'<a class="skip" href="#{skip}">Skip to the content</a><header>{around()}{disclaimer(DISCLAIMER)}'
        f"{over}<h1>{esc(title)}</h1></header>"
        f'<main id="main">{main}</main><footer>{disclaimer(DISCLAIMER)}</footer>'
    )
    return dressed(title, body, asset("style.css"), asset("page.js"), status=status)


def dressed(title: str, body: str, style: str, script: str, *, status: int = 200) -> ServedPage:
    """A page with a body, style and scripts of its own, and those that all have."""
    style += "\n" + _own("serve.css")
    script += "\n" + _own("serve.js")
    html = document(f"{title} - theralogic", body, style=style, script=script, served=True)
    return ServedPage(html, f"{policy(style, script, served=True)}; frame-ancestors 'none'", status)


def around() -> str:
    """Links to the main places."""
    links = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in PLACES)
    return f'<nav class="around-here" aria-label="Main"><ul>{links}</ul></nav>'


def _own(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8").strip()
