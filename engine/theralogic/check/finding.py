"""What a check reports."""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
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
        return {name: getattr(self, name) for name in type(self).__slots__}
