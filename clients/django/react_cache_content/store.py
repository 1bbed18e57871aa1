"""Looks up and stores caches by their Redis keys."""

import time
from typing import NamedTuple, Optional

from .connection import try_redis, warn_throttled
from .protocol_gen import MAX_ENTRY_BYTES
from .scripts import run_commit
from .uncommitted import has_uncommitted_changes


class LookupResult(NamedTuple):
    #: None when nothing is stored.
    data: Optional[bytes]
    dependencies: tuple = ()
    #: On the clock of time.monotonic(). None for an entry without an end.
    ends_at: Optional[float] = None


def lookup(redis_key):
    """Returns a LookupResult, or None when Redis fails."""

    def read(client, settings):
        # One transaction, because an expiry between two commands could remove the dependencies alone.
        pipeline = client.pipeline(transaction=True)
        reverse = settings.keys.reverse(redis_key)
        started_at = time.monotonic()
        data, left, objects = pipeline.get(redis_key).pttl(redis_key).smembers(reverse).execute()
        if data is None:
            return LookupResult(None)
        prefix = settings.OBJECT_PREFIX
        names = [name.decode("utf-8", "replace") for name in objects]
        dependencies = tuple(name[len(prefix) :] for name in names if name.startswith(prefix))
        return LookupResult(data, dependencies, None if left < 0 else started_at + left / 1000)

    return try_redis(read)


def commit(redis_key, data, milliseconds, token, dependencies):
    """Stores the data, unless a dependency was expired since the token was taken. Returns whether it was stored."""
    if token is None or milliseconds < 1 or len(data) > MAX_ENTRY_BYTES or has_uncommitted_changes():
        return False
    reply = try_redis(
        lambda client, settings: run_commit(client, settings, redis_key, data, milliseconds, token, list(dependencies))
    )
    if reply == "index":
        warn_throttled(
            "A Redis key of another type stands where the index of an object belongs, so %s was not stored. "
            "Run `react-cache-content doctor` to find it.",
            redis_key,
        )
    return reply == "committed"
