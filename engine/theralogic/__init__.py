"""theralogic: reasons about how therapies work, and shows every step.

Ten names are enough to use it from Python; in a notebook what they return shows itself.

>>> import theralogic
>>> toc = theralogic.predict("rheumatoid arthritis", "tocilizumab", ask=["CRP", "serum IL-6"])
>>> toc["CRP"].direction, toc["serum IL-6"].direction
('decreases', 'increases')
>>> print(toc.explain("CRP", level="brief"))  # doctest: +ELLIPSIS
Rheumatoid arthritis, tocilizumab...
  C-reactive protein falls: tocilizumab -| IL-6 receptor -> IL-6 signalling -> ...

``draw`` gives the derivation as SVG, ``report`` a page to mail, ``check`` what an independent verifier objects to:

>>> toc.draw("CRP").svg.startswith("<svg")
True
>>> toc.check()
[]

The same patient otherwise, and why something does not happen:

>>> other = theralogic.what_if(toc, levels={"IL6": "normal"}, title="IL-6 is normal")
>>> other.result.arms["what-if"].answers[0].strength
'weak'
>>> print(theralogic.why_not(toc, "IL-4 signalling"))  # doctest: +ELLIPSIS
Rheumatoid arthritis, tocilizumab ... hypothetical case, for teaching
...
Why does IL-4 signalling not change?
...

Cases come with the package, or from a file; rules can be looked up, or come from a folder of your own
(``load_rules("my-folder")``):

>>> "ra-tocilizumab" in theralogic.case_names()
True
>>> print(theralogic.solve(theralogic.load_case("ra-tocilizumab")).answers[0].name)
C-reactive protein
>>> theralogic.find("tocilizumab")[0].kind
'intervention'

What goes wrong is a :class:`TheralogicError` that says how to mend it:

>>> theralogic.predict("rheumatoid artritis", "tocilizumab")
Traceback (most recent call last):
    ...
theralogic.model.errors.NotFoundError: unknown disease `rheumatoid artritis` [unknown-disease]
  help: did you mean `rheumatoid arthritis`?
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from theralogic.api import (
        Prediction,
        TheralogicError,
        case_names,
        find,
        load_case,
        load_rules,
        predict,
        solve,
        what_if,
        why_not,
    )

__all__ = [
    "Prediction",
    "TheralogicError",
    "case_names",
    "find",
    "load_case",
    "load_rules",
    "predict",
    "solve",
    "what_if",
    "why_not",
]


def __getattr__(name: str) -> Any:
    """Load the interface when it is first used, so that a command that needs little of it starts at once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from theralogic import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
