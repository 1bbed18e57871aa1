"""Since when the data of a page may have been read, and the token that vouches for it."""

import math
import time
from contextlib import contextmanager
from contextvars import ContextVar

from django.core.signals import request_finished, request_started

from .capture import current_fill
from .connection import for_page
from .scripts import run_clock

#: Milliseconds until the server executes a script, at first guess.
MARGIN = 20


class Reading:
    def __init__(self):
        self.began = time.monotonic()
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
        return for_page(run_clock)
    if since.token is None:
        since.token = for_page(lambda client, settings: _as_of(since.began, client, settings))
    return since.token


def _as_of(began, client, settings):
    """The age is as of the server's execution, which nobody knows: so it is taken larger than it can be."""
    margin = MARGIN
    for _ in range(2):
        sent = time.monotonic()
        token = run_clock(client, settings, math.ceil((sent - began) * 1000 + margin))
        took = (time.monotonic() - sent) * 1000
        if took <= margin:
            return token
        margin = math.ceil(3 * took)
    return None
