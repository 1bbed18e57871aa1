import math

from .fill import MAX_AGE
from .errors import with_code


def parse_timeout(caller, timeout):
    """Returns the lifetime in seconds. None and 0 mean until expired. Raises TypeError for an invalid timeout."""
    if timeout is None:
        return MAX_AGE
    try:
        seconds = math.nan if isinstance(timeout, bool) else float(timeout)
    except (TypeError, ValueError):
        seconds = math.nan
    if math.isnan(seconds) or seconds < 0:
        message = (
            f"{caller}: the timeout must be a number of seconds, 0 or more, but is {timeout!r}. With 0 or None the "
            "entry is kept until it is expired."
        )
        raise with_code("CC_INVALID_TTL", TypeError(message))
    return min(seconds, MAX_AGE) if seconds > 0 else MAX_AGE
