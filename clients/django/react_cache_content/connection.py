"""Runs commands on Redis. Pages render without a failing Redis, and expiries are retried."""

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
        # This module retries whole tasks. redis-py would retry a single command on a new connection, which may lead to
        # a server that lacks the effect of earlier commands.
        retry=Retry(NoBackoff(), 0),
        retry_on_timeout=False,
        decode_responses=False,
    )
    return client, Breaker()


def try_redis(task):
    """Returns the result of `task(client, settings)`, or None when Redis fails. The page then renders without Redis."""
    current = get_settings()
    client, breaker = _get_client(current.URL, current.TIMEOUT)
    if not breaker.allows():
        return None
    try:
        result = task(client, current)
    except ResponseError as error:
        # A server that refuses a command is reachable.
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


def run_with_retries(what, consequence, keys, task, code="CC_EXPIRE_FAILED", retry_delays=RETRY_DELAYS):
    """Returns the result of `task(client, settings)` after at most one attempt more than there are delays.

    `client` is one connection. After a failure the whole task is repeated, because the next server may lack the effects
    of the first attempt.

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
    """Disconnects from a replica. After a failover a new connection may lead to the new primary."""
    if isinstance(error, ReadOnlyError):
        client.connection_pool.disconnect(inuse_connections=False)


def warn_throttled(text, *values):
    """Logs a warning, at most once per WARN_INTERVAL for each text."""
    now = time.monotonic()
    if now - _warned_at.get(text, -WARN_INTERVAL) >= WARN_INTERVAL:
        _warned_at[text] = now
        logger.warning(text, *values)


def _format_keys(keys, limit=20):
    shown = ", ".join(keys[:limit])
    return shown if len(keys) <= limit else f"{shown} and {len(keys) - limit} more"
