"""The line to Redis: of no harm to pages, and stubborn for what must not get lost."""

import logging
import time
from functools import lru_cache

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, RedisError, ResponseError
from redis.retry import Retry

from .breaker import Breaker
from .conf import settings
from .errors import ContentCacheError

logger = logging.getLogger("react_cache_content")

#: Seconds for which what must not get lost is tried.
PATIENCE = 2.0
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 0.5
#: Seconds between two warnings of the same kind.
COMPLAIN_EVERY = 10

_complained = {}


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
        _leave_replica(client, error)
        complain("Redis refused a command, so a page was rendered without the content cache: %s", error)
        return None
    except (RedisError, OSError) as error:
        if breaker.failed():
            complain("Redis cannot be reached, so pages are rendered without the content cache: %s", error)
        return None
    breaker.succeeded()
    return result


def persistently(what, otherwise, keys, task, patience=PATIENCE):
    """What `task(client, settings)` returns, tried for a while. `client` is one connection: a server that
    takes over from another has not seen what was done there, so after a failure all is done again.

    Raises ContentCacheError when Redis does not take it.
    """
    current = settings()
    client, _ = _line(current.URL, current.TIMEOUT)
    ends_at = time.monotonic() + patience
    pause = FIRST_PAUSE
    attempts = 0
    while True:
        attempts += 1
        try:
            with client.client() as connection:
                return task(connection, current)
        except (RedisError, OSError) as error:
            _leave_replica(client, error)
            if time.monotonic() + pause > ends_at:
                raise ContentCacheError(
                    f"Redis did not take {what} of {_listed(keys)} in {attempts} attempts ({error}): {otherwise}",
                    keys,
                ) from error
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def _leave_replica(client, error):
    """A fail-over has made our server a replica, while the name may lead to the new primary by now."""
    if isinstance(error, ReadOnlyError):
        client.connection_pool.disconnect(inuse_connections=False)


def complain(text, *values):
    """As a warning, but not for each of a thousand pages."""
    now = time.monotonic()
    if now - _complained.get(text, -COMPLAIN_EVERY) >= COMPLAIN_EVERY:
        _complained[text] = now
        logger.warning(text, *values)


def _listed(keys, most=20):
    shown = ", ".join(keys[:most])
    return shown if len(keys) <= most else f"{shown} and {len(keys) - most} more"
