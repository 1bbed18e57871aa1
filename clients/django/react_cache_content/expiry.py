"""Expires and refreshes in batches of bounded size, so that no script blocks the server."""

from .connection import run_with_retries
from .object_keys import get_object_keys
from .protocol_gen import MAX_REFRESH_PASSES, MEMBERS_PER_CALL, OBJECTS_PER_CALL
from .scripts import run_expire, run_refresh

CONSEQUENCE = "pages may still show the old content. Check Redis, then call {} again for these objects."


def expire_obj(*objs):
    """Removes every cache that shows one of the objects, in any program, and returns the number of caches.

    After it returns, no lookup finds these caches, and no earlier render is stored. Raises ContentCacheError when Redis
    does not accept the expiry, and TypeError for an argument that is not an object.
    """
    keys = get_object_keys("expire_obj", *objs)
    return _run_in_chunks("the expiry", "expire_obj", keys, _expire_chunk)


def refresh_obj(*objs):
    """Marks React fragments stale and removes other caches, and returns the number of both.

    A stale fragment is shown until a render has replaced it. Raises the same errors as `expire_obj`.
    """
    keys = get_object_keys("refresh_obj", *objs)
    return _run_in_chunks("the refresh", "refresh_obj", keys, _refresh_chunk)


def _run_in_chunks(what, name, keys, task):
    done = 0
    for start in range(0, len(keys), OBJECTS_PER_CALL):
        chunk = keys[start : start + OBJECTS_PER_CALL]
        # An error names all remaining objects, because the caller must know which objects were not expired.
        done += run_with_retries(
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
        part = objects[start : start + size]
        batch = run_refresh(client, settings, part, 0, MEMBERS_PER_CALL)
        touched += batch.touched
        start += batch.scanned
        if batch.cursor != 0:
            touched += _refresh_rest(client, settings, part[batch.scanned - 1], batch)
        # Objects beyond the batch are sent again, so the next call sends only about as many as fit.
        size = 2 * batch.scanned
    return touched


def _refresh_rest(client, settings, obj, first_batch):
    """Continues with an object whose dependents are too many for one batch.

    A render between two batches may embed an unmarked entry, and may be stored at a position that the scan has already
    passed. So the scan is repeated until it finds nothing. After MAX_REFRESH_PASSES scans the object is expired.
    """
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
        # The whole set fitted into one batch, so no render could come between two batches.
        if cursor == 0:
            return touched
    return touched + _expire_chunk(client, settings, [obj])
