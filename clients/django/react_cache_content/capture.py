"""What the cached blocks around the code that runs are about to depend on."""

import time
from contextlib import contextmanager
from contextvars import ContextVar

from .protocol_gen import MAX_ENTRY_AGE_MS

#: Seconds after which an entry goes even if nothing expires it.
MAX_AGE = MAX_ENTRY_AGE_MS // 1000


class Fill:
    """One render of a cached block that may end in a commit."""

    def __init__(self, redis_key, parent, token, lifetime):
        self.redis_key = redis_key
        self.parent = parent
        self.token = token
        self.dependencies = {}
        #: From the beginning, for what is shown may have been read then.
        self.ends_at = time.monotonic() + lifetime
        self.storable = True

    def add(self, dependencies, ends_at=None):
        self.dependencies.update(dict.fromkeys(dependencies))
        if ends_at is not None:
            self.ends_at = min(self.ends_at, ends_at)

    @property
    def milliseconds_left(self):
        return int((self.ends_at - time.monotonic()) * 1000)


#: Of this thread or task alone, so that renders never mix.
_fill = ContextVar("react_cache_content.fill", default=None)


def current_fill():
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
    """What is registered in here reaches the fill, and when it is done every fill around it."""
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
            # Whoever catches the error shows something else than he should.
            parent.storable = parent.storable and fill.storable
