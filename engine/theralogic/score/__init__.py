"""Predictions against a table of what was observed: how often right, how often silent, and better than what.

A table row becomes a case like any other; a drug the rules do not know is built from its target and mode,
so the figures measure mechanisms, not drug names. Coverage, abstentions and the naive baselines stand beside
every accuracy, because always saying *improves* is right half of the time.
"""

from theralogic.score.row_to_case import MODES
from theralogic.score.run import score
from theralogic.score.table import OBSERVED, read_table

__all__ = ["MODES", "OBSERVED", "read_table", "score"]
