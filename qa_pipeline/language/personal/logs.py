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


def mask_logs(root: logging.Logger, line: str) -> None:
    """Give every handler of a logger the masking formatter with a format ``line``."""
    for handler in root.handlers:
        handler.setFormatter(MaskingFormatter(line))
