"""Notes which routes of the React site showed an object, so that its worker rebuilds them."""

from redis.exceptions import ResponseError

from .connection import warn_throttled, with_retry
from .errors import ContentCacheError
from .protocol_gen import (
    MAX_QUEUED_ROUTES,
    MEMBERS_PER_CALL,
    ORPHANED_ROUTE_DELAY_MS,
    REBUILD_DEBOUNCE_MS,
    ROUTES_PER_CALL,
)
from .scripts import run_enqueue_routes, run_mark_routes_ready

#: Seconds. A page that nobody rebuilds is rendered for its next visitor; the expiry must not wait long for that.
RETRY_FOR = 0.5
CONSEQUENCE = "pages are rendered for their next visitors, or rebuilt a minute later."


def enqueue_routes(keys):
    """To be called before an expiry, after which nobody knows the routes any more.

    Returns them, for `mark_routes_ready`. Does not raise.
    """
    # A dict keeps their order. Of an attempt that has failed they count as well.
    routes = {}
    _ignore_errors("the routes to rebuild", keys, lambda client, settings: _enqueue(client, settings, keys, routes))
    return list(routes)


def mark_routes_ready(routes):
    """To be called when the expiry is done: rebuilt before, a page would show the old content, and stay. Does not
    raise."""

    def mark_ready(client, settings):
        for start in range(0, len(routes), ROUTES_PER_CALL):
            run_mark_routes_ready(client, settings, REBUILD_DEBOUNCE_MS, routes[start : start + ROUTES_PER_CALL])

    if routes:
        _ignore_errors("what to rebuild", [route.decode("utf-8", "replace") for route in routes], mark_ready)


def _enqueue(client, settings, keys, routes):
    dropped = 0
    for key in keys:
        cursor = 0
        while True:
            cursor, more, found_routes = run_enqueue_routes(
                client, settings, key, cursor, MEMBERS_PER_CALL, ORPHANED_ROUTE_DELAY_MS, MAX_QUEUED_ROUTES
            )
            dropped += more
            # Which of them found no room is not told, and none may be added beyond it.
            if not more:
                routes.update(dict.fromkeys(found_routes[: MAX_QUEUED_ROUTES - len(routes)]))
            if cursor == 0:
                break
    if dropped:
        warn_throttled("%d routes were not noted for rebuilding, because %d wait already.", dropped, MAX_QUEUED_ROUTES)


def _ignore_errors(what, keys, task):
    def run(client, settings):
        try:
            task(client, settings)
        except ResponseError as error:
            warn_throttled("Redis refused to note what to rebuild: %s", error)

    try:
        with_retry(what, CONSEQUENCE, keys, run, retry_for=RETRY_FOR)
    except ContentCacheError as error:
        warn_throttled("What to rebuild was not noted: %s", error)
