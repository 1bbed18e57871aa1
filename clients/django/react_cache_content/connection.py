"""The line to Redis: of no harm to pages, and stubborn for what must not get lost."""

import logging
import time
from functools import lru_cache

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

from .breaker import Breaker
from .conf import settings
from .errors import ContentCacheError

logger = logging.getLogger("react_cache_content")

#: Seconds for which what must not get lost is tried.
PATIENCE = 2.0
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5


@lru_cache(maxsize=4)
def _line(url, timeout):
    client = redis.Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        # What is repeated, and for how long, is decided here. A command repeated on a new connection may meet
        # another server than those before it.
        retry=Retry(NoBackoff(), 0),
        retry_on_timeout=False,
        decode_responses=False,
    )
    return client, Breaker()


def for_page(task):
    """What `task(client, settings)` returns; nothing when Redis fails, for the page renders without it."""
    current = settings()
    client, breaker = _line(current.URL, current.TIMEOUT)
    if not breaker.allows():
        return None
    try:
        result = task(client, current)
    except ResponseError as error:
        # A server that refuses a command is up.
        breaker.succeeded()
        logger.warning("Redis refused a command, so a page was rendered without the content cache: %s", error)
        return None
    except (RedisError, OSError) as error:
        if breaker.failed():
            logger.warning("Redis cannot be reached, so pages are rendered without the content cache: %s", error)
        return None
    breaker.succeeded()
    return result


def persistently(what, otherwise, keys, task):
    """What `task(client, settings)` returns, tried for a while. `client` is one connection: a server that
    takes over from another has not seen what was done there, so after a failure all is done again.

    Raises ContentCacheError when Redis does not take it.
    """
    current = settings()
    client, _ = _line(current.URL, current.TIMEOUT)
    ends_at = time.monotonic() + PATIENCE
    pause = FIRST_PAUSE
    attempts = 0
    while True:
        attempts += 1
        try:
            with client.client() as connection:
                return task(connection, current)
        except (RedisError, OSError) as error:
            if time.monotonic() + pause > ends_at:
                raise ContentCacheError(
                    f"Redis did not take {what} of {_listed(keys)} in {attempts} attempts ({error}): {otherwise}",
                    keys,
                ) from error
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _listed(keys, most=20):
    shown = ", ".join(keys[:most])
    return shown if len(keys) <= most else f"{shown} and {len(keys) - most} more"
