"""Since when the data of a page may have been read, and the token that vouches for it."""

import math
import time
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.signals import request_finished, request_started

from .capture import current_fill
from .connection import try_redis
from .scripts import run_read_clock

#: Milliseconds until the server executes a script, at first guess.
MARGIN = 20


class Reading:
    def __init__(self):
        self.started_at = time.monotonic()
        self.token = None


_reading = ContextVar("react_cache_content.reading", default=None)


def follow_requests():
    """A view reads before its template is rendered, so what is shown may be as old as the request."""
    request_started.connect(_begin, dispatch_uid="react_cache_content.begin")
    request_finished.connect(_end, dispatch_uid="react_cache_content.end")


def _begin(**kwargs):
    _reading.set(Reading())


def _end(**kwargs):
    _reading.set(None)


@contextmanager
def reading():
    """Around what reads and renders outside a request, in a task for instance: what was read in here may be
    stored, unless it was expired meanwhile."""
    before = _reading.set(Reading())
    try:
        yield
    finally:
        _reading.reset(before)


def take_token():
    """To be taken before data is read that `set` is to store. Nothing when Redis fails."""
    fill = current_fill()
    if fill is not None:
        # A block may show what the block around it has read.
        return fill.token
    since = _reading.get()
    if since is None:
        return try_redis(run_read_clock)
    if since.token is None:
        since.token = try_redis(lambda client, settings: _as_of(since.started_at, client, settings))
    return since.token


def _as_of(started_at, client, settings):
    """The age is as of the server's execution, which nobody knows: so it is taken larger than it can be."""
    margin = MARGIN
    for _ in range(2):
        sent = time.monotonic()
        token = run_read_clock(client, settings, math.ceil((sent - started_at) * 1000 + margin))
        elapsed_ms = (time.monotonic() - sent) * 1000
        if elapsed_ms <= margin:
            return token
        margin = math.ceil(3 * elapsed_ms)
    return None
