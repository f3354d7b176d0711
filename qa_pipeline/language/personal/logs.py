"""Log lines without anybody's numbers: what an error message quotes of a call must not outlive it in a log."""

from __future__ import annotations

import logging


class MaskingFormatter(logging.Formatter):
    """Formats a line, its traceback too, with phones, identity and card numbers, plates and addresses of mail hidden.

    Names are not looked for: the model would be loaded for a line of log. The program's own lines name none.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line as it is written."""
        # At the first line only: a help text must not wait for the readings of characters.
        from qa_pipeline.language.personal.masking import masked_numbers  # noqa: PLC0415

        return masked_numbers(super().format(record))


def quiet_libraries(root: logging.Logger, own: str) -> None:
    """Keep what libraries say below INFO out of every handler, also of those that set their own logger to DEBUG.

    Args:
        root: The logger whose handlers write.
        own: Name of the program's own loggers, which may say more.
    """

    def told(record: logging.LogRecord) -> bool:
        return record.levelno >= logging.INFO or record.name == own or record.name.startswith(f"{own}.")

    for handler in root.handlers:
        handler.addFilter(told)


def mask_logs(root: logging.Logger, line: str) -> None:
    """Give every handler of a logger the masking formatter with a format ``line``."""
    for handler in root.handlers:
        handler.setFormatter(MaskingFormatter(line))
