"""Judging the rules, one question to a module: loading refuses what can't be understood, this says what is poor."""

from theralogic.check.finding import RuleFinding
from theralogic.check.run import check

__all__ = ["RuleFinding", "check"]
