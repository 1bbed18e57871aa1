"""Lookups and commits of whatever is cached under a full name."""

import time
from typing import NamedTuple, Optional

from .connection import try_redis, warn_throttled
from .protocol_gen import MAX_ENTRY_BYTES
from .scripts import run_commit
from .uncommitted import has_uncommitted_changes


class LookupResult(NamedTuple):
    #: Nothing where it is not stored.
    data: Optional[bytes]
    dependencies: tuple = ()
    #: On the clock of time.monotonic(); nothing where it has no end.
    ends_at: Optional[float] = None


def lookup(redis_key):
    """Nothing when Redis fails."""

    def read(client, settings):
        # At one moment, or an expiry between two commands could take away the dependencies alone.
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
    """Whether it was stored. It is not when one of the dependencies was expired since the token was taken."""
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
