"""Records when the data of a page may first have been read, and takes the token for that moment."""

import math
import time
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.signals import request_finished, request_started

from .fill import get_current_fill
from .connection import try_redis
from .scripts import run_read_clock

#: The first guess of the milliseconds until the server has executed a script.
MARGIN_MS = 20


class Reading:
    def __init__(self):
        self.started_at = time.monotonic()
        self.token = None


_reading = ContextVar("react_cache_content.reading", default=None)


def follow_requests():
    """Records the start of each request, because a view may read data then, before its template is rendered."""
    request_started.connect(_begin, dispatch_uid="react_cache_content.begin")
    request_finished.connect(_end, dispatch_uid="react_cache_content.end")


def _begin(**kwargs):
    _reading.set(Reading())


def _end(**kwargs):
    _reading.set(None)


@contextmanager
def reading():
    """A context for code that reads and renders outside a request, for instance in a task.

    Data that was read inside is stored, unless it was expired after the beginning of the context.
    """
    before = _reading.set(Reading())
    try:
        yield
    finally:
        _reading.reset(before)


def take_token():
    """Returns a token for `set`, or None when Redis fails. Call it before reading the data."""
    fill = get_current_fill()
    if fill is not None:
        # A block may show data that the outer block has read.
        return fill.token
    since = _reading.get()
    if since is None:
        return try_redis(run_read_clock)
    if since.token is None:
        since.token = try_redis(lambda client, settings: _read_token_as_of(since.started_at, client, settings))
    return since.token


def _read_token_as_of(started_at, client, settings):
    """Returns the token for an earlier moment, or None when the server answers too slowly.

    The server subtracts the age from the moment at which it executes the script. The client does not know this moment,
    so it adds a margin. It repeats the call with a larger margin when the reply took longer.
    """
    margin = MARGIN_MS
    for _ in range(2):
        sent = time.monotonic()
        token = run_read_clock(client, settings, math.ceil((sent - started_at) * 1000 + margin))
        elapsed_ms = (time.monotonic() - sent) * 1000
        if elapsed_ms <= margin:
            return token
        margin = math.ceil(3 * elapsed_ms)
    return None
