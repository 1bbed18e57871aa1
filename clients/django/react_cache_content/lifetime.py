import math

from .capture import MAX_AGE


def lifetime(caller, timeout):
    """Seconds. None and 0 mean until expired. Raises TypeError for what is no number of seconds."""
    if timeout is None:
        return MAX_AGE
    try:
        seconds = math.nan if isinstance(timeout, bool) else float(timeout)
    except (TypeError, ValueError):
        seconds = math.nan
    if math.isnan(seconds) or seconds < 0:
        raise TypeError(
            f"{caller}: the timeout must be a number of seconds, 0 or more, but is {timeout!r}. With 0 or None it is "
            "kept until it is expired."
        )
    return min(seconds, MAX_AGE) if seconds > 0 else MAX_AGE
