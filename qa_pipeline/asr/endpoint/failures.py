"""Failures in a row: whether the calls are to blame for them, or a server that fails on everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from qa_pipeline.asr.base import ChannelFailure, ChannelWords
from qa_pipeline.errors import TransientError

# Two channels of one call may both be poison; a third failure is looked into.
_IN_A_ROW = 3


@dataclass(slots=True)
class Doubt:
    """Holds failures back until it is known whose they are.

    ``works`` asks whether the server still answers what it has answered before; ``answered`` is whether it ever has.
    """

    works: Callable[[], bool]
    answered: bool
    held: list[ChannelFailure] = field(default_factory=list)
    succeeded: bool = False

    def weigh(self, result: ChannelWords | ChannelFailure, *, asked: bool) -> Iterator[ChannelWords | ChannelFailure]:
        """Yield a result, with the failures before it that it clears the server of.

        Args:
            result: What came of a channel.
            asked: Whether the server was asked at all: it is not where nobody speaks.

        Raises:
            TransientError: The server fails on everything; the failures that are held are nobody's.
        """
        if isinstance(result, ChannelFailure):
            self.held.append(result)
            if len(self.held) >= _IN_A_ROW:
                if not (self.succeeded and self.works()):
                    raise self._broken()
                yield from self._let_go()
            return
        if asked:
            self.succeeded = self.answered = True
            yield from self._let_go()
        yield result

    def rest(self) -> Iterator[ChannelFailure]:
        """Yield what is held at the end.

        Raises:
            TransientError: The server has answered nothing at all.
        """
        if self.held and not self.answered:
            raise self._broken()
        yield from self._let_go()

    def _let_go(self) -> Iterator[ChannelFailure]:
        held, self.held = self.held, []
        yield from held

    def _broken(self) -> TransientError:
        last = self.held[-1].error
        return TransientError(
            f"{len(self.held)} channels failed one after the other: {last.message}",
            "no call is blamed; look into the server's log, and run again when it works",
        )
