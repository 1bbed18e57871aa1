"""Expires and refreshes in batches of bounded size, so that no script blocks the server."""

from .connection import persistently
from .object_keys import object_keys
from .scripts import run_expire, run_refresh

#: Objects that one script stamps: bounds how long it runs.
OBJECTS_PER_CALL = 200
#: Members of sets that one script may touch, about.
BATCH = 150
#: Of a refresh over the dependants of one object.
PASSES = 5
OTHERWISE = "pages may still show the old content. Check Redis, then call {} again for these objects."


def expire_obj(*objs):
    """Removes every cache that shows one of the objects, whoever wrote it, and returns how many.

    When it returns, none of them is read any more, and no render that began before is stored. Raises
    ContentCacheError when Redis does not take it, TypeError for what is no object.
    """
    keys = object_keys("expire_obj", *objs)
    return _each_chunk("the expiry", "expire_obj", keys, _expire_chunk)


def refresh_obj(*objs):
    """Marks React fragments stale, which are shown until one render has replaced them, and removes other caches.

    Raises as `expire_obj`.
    """

    def refresh_chunk(client, settings, objects):
        return sum(_refresh_one(client, settings, obj) for obj in objects)

    keys = object_keys("refresh_obj", *objs)
    return _each_chunk("the refresh", "refresh_obj", keys, refresh_chunk)


def _each_chunk(what, name, keys, task):
    done = 0
    for start in range(0, len(keys), OBJECTS_PER_CALL):
        chunk = keys[start : start + OBJECTS_PER_CALL]
        # Of all that is left, should it fail: the caller must know what has not been expired.
        done += persistently(
            what, OTHERWISE.format(name), keys[start:], lambda client, settings: task(client, settings, chunk)
        )
    return done


def _expire_chunk(client, settings, objects):
    removed = 0
    first = True
    while True:
        more, count = run_expire(client, settings, objects, first, BATCH)
        removed += count
        if not more:
            return removed
        first = False


def _refresh_one(client, settings, obj):
    """Marks what there is when it begins, in batches. A fill between two of them may have embedded what was not
    marked yet, and be stored where the scan had passed. So it begins again until it finds nothing; should that
    go on, what is left is expired."""
    touched = 0
    for _ in range(PASSES):
        cursor = batches = found = 0
        while True:
            cursor, count = run_refresh(client, settings, obj, cursor, BATCH)
            found += count
            batches += 1
            if cursor == 0:
                break
        touched += found
        if batches == 1 or found == 0:
            return touched
    return touched + _expire_chunk(client, settings, [obj])
