"""An independent check of a result: shares the level tables with the engines, and nothing else.

An engine finds the result by working forward through an agenda. The checker never does: it takes the result
as a claim, computes for every entity what *could* have been proposed to it if the claim were true, and demands
that the claim is exactly what follows. A claim that passes at every entity is the only one that does.
"""

from theralogic.verify.fault import Fault
from theralogic.verify.read import read_result
from theralogic.verify.run import judge, verify
from theralogic.verify.verdict import Unchecked, Verdict

__all__ = ["Fault", "Unchecked", "Verdict", "judge", "read_result", "verify"]
