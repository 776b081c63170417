"""What a check reports."""

from __future__ import annotations

from typing import NamedTuple

SEVERITIES = ("error", "warning", "note")


class RuleFinding(NamedTuple):
    """One judgement: ``error`` must be mended, ``warning`` deserves a look, ``note`` is worth knowing."""

    severity: str
    code: str
    subject: str
    message: str
    where: str

    def __str__(self) -> str:
        return f"{self.where}: {self.severity}: {self.message} [{self.code}]"

    def as_json(self) -> dict[str, str]:
        """The finding as plain data."""
        return self._asdict()
