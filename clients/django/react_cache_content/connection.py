"""Runs commands on Redis. A failing Redis does no harm to pages, and expiries are retried."""

import logging
import time
from functools import lru_cache

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError, RedisError, ResponseError
from redis.retry import Retry

from .breaker import Breaker
from .conf import get_settings
from .errors import ContentCacheError
from .protocol_gen import RETRY_DELAYS_MS

logger = logging.getLogger("react_cache_content")

#: Seconds before each further attempt at an operation that must not be lost.
RETRY_DELAYS = tuple(milliseconds / 1000 for milliseconds in RETRY_DELAYS_MS)
#: Seconds between two warnings of the same text.
WARN_INTERVAL = 10

_warned_at = {}


@lru_cache(maxsize=4)
def _get_client(url, timeout):
    client = redis.Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=timeout,
        # This module decides what to repeat. redis-py would repeat a command on a new connection, behind which may be
        # another server than the one that ran the commands before it.
        retry=Retry(NoBackoff(), 0),
        retry_on_timeout=False,
        decode_responses=False,
    )
    return client, Breaker()


def try_redis(task):
    """Returns the result of `task(client, settings)`, or None when Redis fails: the page then renders without it."""
    current = get_settings()
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


def with_retry(what, consequence, keys, task, code="CC_EXPIRE_FAILED", retry_delays=RETRY_DELAYS):
    """Returns the result of `task(client, settings)`, with several attempts.

    `client` is one connection. A server that takes over from another may lack what was done there, so after a failure
    the whole task is repeated.

    Raises ContentCacheError with the code when the last attempt has failed.
    """
    current = get_settings()
    client, _ = _get_client(current.URL, current.TIMEOUT)
    for retry_delay in (*retry_delays, None):
        try:
            with client.client() as connection:
                return task(connection, current)
        except (RedisError, OSError) as error:
            _leave_replica(client, error)
            if retry_delay is None:
                attempts = len(retry_delays) + 1
                raise ContentCacheError(
                    f"Redis did not accept {what} of {_format_keys(keys)} in {attempts} attempts ({error}): "
                    f"{consequence}",
                    keys,
                    code,
                ) from error
        time.sleep(retry_delay)


def _leave_replica(client, error):
    """After a fail-over the connected server is a replica. A new connection may lead to the new primary."""
    if isinstance(error, ReadOnlyError):
        client.connection_pool.disconnect(inuse_connections=False)


def warn_throttled(text, *values):
    """Logs a warning, at most once in WARN_INTERVAL for each text."""
    now = time.monotonic()
    if now - _warned_at.get(text, -WARN_INTERVAL) >= WARN_INTERVAL:
        _warned_at[text] = now
        logger.warning(text, *values)


def _format_keys(keys, limit=20):
    shown = ", ".join(keys[:limit])
    return shown if len(keys) <= limit else f"{shown} and {len(keys) - limit} more"
