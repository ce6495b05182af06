"""What workers write to standard error: that something broke and where in the code, nothing else.

No address, no path, no form: an error's own text may quote what somebody wrote, so it stays out.
"""

import logging
import sys
import traceback


class Plain(logging.Formatter):
    """Formats a record as the kind of error and the lines of code that it passed through."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record without its message's arguments."""
        kind, trace = "error", ""
        if record.exc_info and record.exc_info[0]:
            kind = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            trace = "".join(f"\n  {f.filename}:{f.lineno} {f.name}" for f in frames)
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        where = f" in {match.route!r}" if match else ""
        return f"desk: {record.name}: {kind}{where}{trace}"


def quiet() -> None:
    """Let Django's loggers write errors alone, in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Plain())
    logger = logging.getLogger("django")
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.ERROR)
    for name in ("django.security", "django.request", "django.server"):
        logging.getLogger(name).setLevel(logging.ERROR)
    allauth = logging.getLogger("allauth")
    allauth.handlers, allauth.propagate = [handler], False
    allauth.setLevel(logging.ERROR)
