"""Collects the dependencies of the cached blocks that are being rendered."""

import time
from contextlib import contextmanager
from contextvars import ContextVar

from .protocol_gen import MAX_ENTRY_AGE_MS

#: Seconds until an entry is dropped even if nothing expires it.
MAX_AGE = MAX_ENTRY_AGE_MS // 1000


class Fill:
    """One render of a cached block that may end in a commit."""

    def __init__(self, redis_key, parent, token, lifetime):
        self.redis_key = redis_key
        self.parent = parent
        self.token = token
        self.dependencies = {}
        # The lifetime begins with the render, because its data may have been read then.
        self.ends_at = time.monotonic() + lifetime
        self.storable = True

    def add(self, dependencies, ends_at=None):
        self.dependencies.update(dict.fromkeys(dependencies))
        if ends_at is not None:
            self.ends_at = min(self.ends_at, ends_at)

    @property
    def milliseconds_left(self):
        return int((self.ends_at - time.monotonic()) * 1000)


#: Each thread and each task has its own fill, so that renders never mix.
_fill = ContextVar("react_cache_content.fill", default=None)


def get_current_fill():
    return _fill.get()


def is_rendering(redis_key):
    fill = _fill.get()
    while fill is not None:
        if fill.redis_key == redis_key:
            return True
        fill = fill.parent
    return False


@contextmanager
def render_scope(redis_key, token, lifetime):
    """Collects the dependencies of a render. At its end they are added to the outer fill, and limit its lifetime."""
    parent = _fill.get()
    fill = Fill(redis_key, parent, token, lifetime)
    before = _fill.set(fill)
    try:
        yield fill
    except BaseException:
        fill.storable = False
        raise
    finally:
        _fill.reset(before)
        if parent is not None:
            parent.add(fill.dependencies, fill.ends_at)
            # Code that catches the error renders a fallback, which must not be stored.
            parent.storable = parent.storable and fill.storable
