"""Notes which routes of the React site showed an object, so that its worker rebuilds them."""

from redis.exceptions import ResponseError

from .connection import complain, persistently
from .errors import ContentCacheError
from .scripts import run_ready, run_routes

#: Milliseconds until a route is due whose expiry nobody has said to be done: whoever noted it has died.
WAIT_FOR_EXPIRY = 60_000
#: Milliseconds until a route is due when its expiry is done: the message that follows may note it as well.
WAIT = 50
#: Routes that may wait.
MOST = 10_000
BATCH = 150
ROUTES_PER_CALL = 1_000
#: Seconds. A page that nobody rebuilds is rendered for its next visitor; the expiry must not wait long for that.
PATIENCE = 0.5
OTHERWISE = "pages are rendered for their next visitors, or rebuilt a minute later."


def note_routes(keys):
    """To be called before an expiry, after which nobody knows the routes any more.

    Returns them, for `routes_are_ready`. Does not raise.
    """
    # A dict keeps their order. Of an attempt that has failed they count as well.
    routes = {}
    _harmless("the routes to rebuild", keys, lambda client, settings: _note(client, settings, keys, routes))
    return list(routes)


def routes_are_ready(routes):
    """To be called when the expiry is done: rebuilt before, a page would show the old content, and stay. Does not
    raise."""

    def tell(client, settings):
        for start in range(0, len(routes), ROUTES_PER_CALL):
            run_ready(client, settings, WAIT, routes[start : start + ROUTES_PER_CALL])

    if routes:
        _harmless("what to rebuild", [route.decode("utf-8", "replace") for route in routes], tell)


def _note(client, settings, keys, routes):
    dropped = 0
    for key in keys:
        cursor = 0
        while True:
            cursor, more, found = run_routes(client, settings, key, cursor, BATCH, WAIT_FOR_EXPIRY, MOST)
            dropped += more
            # Which of them found no room is not told, and none may be added beyond it.
            if not more:
                routes.update(dict.fromkeys(found[: MOST - len(routes)]))
            if cursor == 0:
                break
    if dropped:
        complain("%d routes were not noted for rebuilding, because %d wait already.", dropped, MOST)


def _harmless(what, keys, task):
    def run(client, settings):
        try:
            task(client, settings)
        except ResponseError as error:
            complain("Redis refused to note what to rebuild: %s", error)

    try:
        persistently(what, OTHERWISE, keys, run, patience=PATIENCE)
    except ContentCacheError as error:
        complain("What to rebuild was not noted: %s", error)
