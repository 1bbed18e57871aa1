"""Lookups and commits of whatever is cached under a full name."""

import time
from typing import NamedTuple, Optional

from .connection import complain, for_page
from .scripts import run_commit
from .uncommitted import has_uncommitted_changes

#: Larger ones are not stored.
MAX_BYTES = 8 * 1024 * 1024


class Found(NamedTuple):
    #: Nothing where it is not stored.
    data: Optional[bytes]
    dependencies: tuple = ()
    #: On the clock of time.monotonic(); nothing where it has no end.
    ends_at: Optional[float] = None


def lookup(full):
    """Nothing when Redis fails."""

    def read(client, settings):
        # At one moment, or an expiry between two commands could take away the dependencies alone.
        pipeline = client.pipeline(transaction=True)
        reverse = settings.keys.reverse(full)
        began = time.monotonic()
        data, left, objects = pipeline.get(full).pttl(full).smembers(reverse).execute()
        if data is None:
            return Found(None)
        prefix = settings.OBJECT_PREFIX
        names = [name.decode("utf-8", "replace") for name in objects]
        dependencies = tuple(name[len(prefix) :] for name in names if name.startswith(prefix))
        return Found(data, dependencies, None if left < 0 else began + left / 1000)

    return for_page(read)


def commit(full, data, milliseconds, token, dependencies):
    """Whether it was stored. It is not when one of the dependencies was expired since the token was taken."""
    if token is None or milliseconds < 1 or len(data) > MAX_BYTES or has_uncommitted_changes():
        return False
    reply = for_page(
        lambda client, settings: run_commit(client, settings, full, data, milliseconds, token, list(dependencies))
    )
    if reply == "index":
        complain(
            "A Redis key of another type stands where the index of an object belongs, so %s was not stored. "
            "Run `react-cache-content doctor` to find it.",
            full,
        )
    return reply == "committed"
