"""Queues the routes of the React site that showed an object, so that its worker rebuilds them."""

from redis.exceptions import ResponseError

from .connection import RETRY_DELAYS, warn_throttled, run_with_retries
from .errors import ContentCacheError
from .protocol_gen import (
    MAX_QUEUED_ROUTES,
    MEMBERS_PER_CALL,
    ORPHANED_ROUTE_DELAY_MS,
    REBUILD_DEBOUNCE_MS,
    ROUTES_PER_CALL,
)
from .scripts import run_enqueue_routes, run_mark_routes_ready

#: Fewer attempts than for an expiry, because the expiry must not wait long. The next request for a page without a
#: rebuild renders the page.
REBUILD_RETRY_DELAYS = RETRY_DELAYS[:-1]
CONSEQUENCE = "pages are rendered for their next visitors, or rebuilt a minute later."


def enqueue_routes(keys):
    """Queues the routes of the objects and returns them, for `mark_routes_ready`. Does not raise.

    Must be called before the expiry, which removes the routes from the index.
    """
    # A dict keeps the order of the routes. Routes of failed attempts count too.
    routes = {}
    _ignore_errors("the routes to rebuild", keys, lambda client, settings: _enqueue(client, settings, keys, routes))
    return list(routes)


def mark_routes_ready(routes):
    """Makes the routes due. Does not raise.

    Must be called after the expiry. An earlier rebuild would store the old content again.
    """

    def mark_ready(client, settings):
        for start in range(0, len(routes), ROUTES_PER_CALL):
            run_mark_routes_ready(client, settings, REBUILD_DEBOUNCE_MS, routes[start : start + ROUTES_PER_CALL])

    if routes:
        _ignore_errors("the routes to rebuild", [route.decode("utf-8", "replace") for route in routes], mark_ready)


def _enqueue(client, settings, keys, routes):
    dropped = 0
    for key in keys:
        cursor = 0
        while True:
            cursor, more, found_routes = run_enqueue_routes(
                client, settings, key, cursor, MEMBERS_PER_CALL, ORPHANED_ROUTE_DELAY_MS, MAX_QUEUED_ROUTES
            )
            dropped += more
            # The reply does not name the dropped routes, and a dropped route must not be queued later.
            if not more:
                routes.update(dict.fromkeys(found_routes[: MAX_QUEUED_ROUTES - len(routes)]))
            if cursor == 0:
                break
    if dropped:
        warn_throttled("%d routes were not queued for rebuilding, because %d wait already.", dropped, MAX_QUEUED_ROUTES)


def _ignore_errors(what, keys, task):
    def run(client, settings):
        try:
            task(client, settings)
        except ResponseError as error:
            warn_throttled("Redis refused to queue the routes to rebuild: %s", error)

    try:
        run_with_retries(what, CONSEQUENCE, keys, run, retry_delays=REBUILD_RETRY_DELAYS)
    except ContentCacheError as error:
        warn_throttled("The routes to rebuild were not queued: %s", error)
