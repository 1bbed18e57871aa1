"""Notes which routes of the React site showed an object, so that its worker rebuilds them."""

from redis.exceptions import ResponseError

from .connection import complain, persistently
from .scripts import run_routes

#: Milliseconds until a route is due: the message that follows may note it as well.
WAIT = 50
#: Routes that may wait.
MOST = 10_000
BATCH = 150


def note_routes(keys):
    """To be called before an expiry, after which nobody knows the routes any more.

    Raises ContentCacheError when Redis cannot be reached.
    """
    otherwise = "pages may still show the old content. Check Redis, then call expire_obj for these objects."
    persistently("the expiry", otherwise, keys, lambda client, settings: _note(client, settings, keys))


def _note(client, settings, keys):
    dropped = 0
    try:
        for key in keys:
            cursor = 0
            while True:
                cursor, more = run_routes(client, settings, key, cursor, BATCH, WAIT, MOST)
                dropped += more
                if cursor == 0:
                    break
    except ResponseError as error:
        # A page that nobody rebuilds is rendered for its next visitor. The expiry must not wait for that.
        complain("Redis refused to note what to rebuild: %s", error)
    if dropped:
        complain("%d routes were not noted for rebuilding, because %d wait already.", dropped, MOST)
