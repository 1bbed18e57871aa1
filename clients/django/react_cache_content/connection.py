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
RETRY_FOR = 2.0
FIRST_RETRY_DELAY = 0.05
MAX_RETRY_DELAY = 0.5
#: Seconds between two warnings of the same kind.
WARN_INTERVAL = 10

_warned_at = {}


@lru_cache(maxsize=4)
def _get_client(url, timeout):
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


def try_redis(task):
    """What `task(client, settings)` returns; nothing when Redis fails, for the page renders without it."""
    current = settings()
    client, breaker = _get_client(current.URL, current.TIMEOUT)
    if not breaker.allows():
        return None
    try:
        result = task(client, current)
    except ResponseError as error:
        # A server that refuses a command is up.
        breaker.record_success()
        _leave_replica(client, error)
        warn_throttled("Redis refused a command, so a page was rendered without the content cache: %s", error)
        return None
    except (RedisError, OSError) as error:
        if breaker.record_failure():
            warn_throttled("Redis cannot be reached, so pages are rendered without the content cache: %s", error)
        return None
    breaker.record_success()
    return result


def with_retry(what, consequence, keys, task, retry_for=RETRY_FOR):
    """What `task(client, settings)` returns, tried for a while. `client` is one connection: a server that
    takes over from another has not seen what was done there, so after a failure all is done again.

    Raises ContentCacheError when Redis does not take it.
    """
    current = settings()
    client, _ = _get_client(current.URL, current.TIMEOUT)
    ends_at = time.monotonic() + retry_for
    retry_delay = FIRST_RETRY_DELAY
    attempts = 0
    while True:
        attempts += 1
        try:
            with client.client() as connection:
                return task(connection, current)
        except (RedisError, OSError) as error:
            _leave_replica(client, error)
            if time.monotonic() + retry_delay > ends_at:
                raise ContentCacheError(
                    f"Redis did not take {what} of {_format_keys(keys)} in {attempts} attempts ({error}): "
                    f"{consequence}",
                    keys,
                ) from error
        time.sleep(retry_delay)
        retry_delay = min(2 * retry_delay, MAX_RETRY_DELAY)


def _leave_replica(client, error):
    """A fail-over has made our server a replica, while the name may lead to the new primary by now."""
    if isinstance(error, ReadOnlyError):
        client.connection_pool.disconnect(inuse_connections=False)


def warn_throttled(text, *values):
    """As a warning, but not for each of a thousand pages."""
    now = time.monotonic()
    if now - _warned_at.get(text, -WARN_INTERVAL) >= WARN_INTERVAL:
        _warned_at[text] = now
        logger.warning(text, *values)


def _format_keys(keys, limit=20):
    shown = ", ".join(keys[:limit])
    return shown if len(keys) <= limit else f"{shown} and {len(keys) - limit} more"
