"""Expires and refreshes in batches of bounded size, so that no script blocks the server."""

from .connection import with_retry
from .object_keys import object_keys
from .protocol_gen import MAX_REFRESH_PASSES, MEMBERS_PER_CALL, OBJECTS_PER_CALL
from .scripts import run_expire, run_refresh

CONSEQUENCE = "pages may still show the old content. Check Redis, then call {} again for these objects."


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
    keys = object_keys("refresh_obj", *objs)
    return _each_chunk("the refresh", "refresh_obj", keys, _refresh_chunk)


def _each_chunk(what, name, keys, task):
    done = 0
    for start in range(0, len(keys), OBJECTS_PER_CALL):
        chunk = keys[start : start + OBJECTS_PER_CALL]
        # Of all that is left, should it fail: the caller must know what has not been expired.
        done += with_retry(
            what, CONSEQUENCE.format(name), keys[start:], lambda client, settings: task(client, settings, chunk)
        )
    return done


def _expire_chunk(client, settings, objects):
    removed = 0
    first = True
    while True:
        more, count = run_expire(client, settings, objects, first, MEMBERS_PER_CALL)
        removed += count
        if not more:
            return removed
        first = False


def _refresh_chunk(client, settings, objects):
    touched = start = 0
    size = len(objects)
    while start < len(objects):
        some = objects[start : start + size]
        batch = run_refresh(client, settings, some, 0, MEMBERS_PER_CALL)
        touched += batch.touched
        start += batch.scanned
        if batch.cursor != 0:
            touched += _refresh_rest(client, settings, some[batch.scanned - 1], batch)
        # Objects that do not fit into a batch would be sent again and again.
        size = 2 * batch.scanned
    return touched


def _refresh_rest(client, settings, obj, first_batch):
    """Goes on with an object whose dependants are too many for one batch. A render between two batches may have
    embedded an entry that was not marked yet, and be stored where the scan had already passed. So the scan is repeated
    until it finds nothing. Should that not end, the object is expired."""
    cursor, touched_in_pass = first_batch.cursor, first_batch.touched_in_last
    touched = 0
    for scan in range(1, MAX_REFRESH_PASSES + 1):
        while cursor != 0:
            batch = run_refresh(client, settings, [obj], cursor, MEMBERS_PER_CALL)
            cursor = batch.cursor
            touched_in_pass += batch.touched
            touched += batch.touched
        if touched_in_pass == 0:
            return touched
        if scan == MAX_REFRESH_PASSES:
            break
        batch = run_refresh(client, settings, [obj], 0, MEMBERS_PER_CALL)
        cursor, touched_in_pass = batch.cursor, batch.touched
        touched += touched_in_pass
        # All in one batch: no render can come between.
        if cursor == 0:
            return touched
    return touched + _expire_chunk(client, settings, [obj])
