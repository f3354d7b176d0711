"""What a run did."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

Unresolved = tuple[str, str]
"""Call id and why."""


@dataclass(frozen=True, slots=True)
class RunSummary:
    """Counts of a run over a month's plan.

    ``done`` were audited now, ``unchanged`` had an audit of the same inputs. ``failures`` cannot be audited as they
    are, ``postponed`` may work later, ``elsewhere`` are with another worker. ``demoted`` says of each rule that only
    advises by its reviews why that is, ``restored`` of each that deducts again.
    """

    month: str
    total: int
    done: int = 0
    unchanged: int = 0
    failures: tuple[Unresolved, ...] = ()
    postponed: tuple[Unresolved, ...] = ()
    elsewhere: tuple[str, ...] = ()
    demoted: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Unresolved, ...]:
        """Every call that this run leaves without a result, with the reason."""
        return self.failures + self.postponed

    def line(self) -> str:
        """Return the account for people."""
        parts = [f"{self.month}：计划 {self.total} 通，本次完成 {self.done} 通，无变化 {self.unchanged} 通"]
        if self.failures:
            parts.append(f"无法质检 {len(self.failures)} 通")
        if self.postponed:
            parts.append(f"稍后再试 {len(self.postponed)} 通")
        if self.elsewhere:
            parts.append(f"由其他进程处理 {len(self.elsewhere)} 通")
        return "，".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Return the account for programs."""
        return asdict(self)


@dataclass(slots=True)
class Tally:
    """Counts as they grow."""

    month: str
    total: int
    done: int = 0
    unchanged: int = 0
    failures: list[Unresolved] = field(default_factory=list)
    postponed: list[Unresolved] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    demoted: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()

    @property
    def settled(self) -> int:
        """How many calls are through, one way or the other."""
        return self.done + self.unchanged + len(self.failures) + len(self.postponed) + len(self.elsewhere)

    def summary(self) -> RunSummary:
        """Return the counts as they stand."""
        failures, postponed, elsewhere = tuple(self.failures), tuple(self.postponed), tuple(self.elsewhere)
        counts = (self.month, self.total, self.done, self.unchanged)
        return RunSummary(*counts, failures, postponed, elsewhere, self.demoted, self.restored)
