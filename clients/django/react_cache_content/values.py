"""Stores values of the site as JSON, with the same expiries as the blocks of templates."""

import json
import time

from .fill import get_current_fill
from .conf import get_settings
from .errors import with_code
from .lifetime import parse_timeout
from .object_keys import get_object_keys
from .store import commit, lookup
from .tokens import take_token


def get(key, default=None):
    """Returns the stored value of the key. A cached block around the call then depends on the objects of the value."""
    cached = lookup(_create_redis_key(key))
    if cached is None or cached.data is None:
        return default
    try:
        value = json.loads(cached.data)
    except ValueError:
        return default
    fill = get_current_fill()
    if fill is not None:
        fill.add(cached.dependencies, cached.ends_at)
    return value


#: Not None, because `take_token` returns None when Redis fails.
_OMITTED = object()


def set(key, value, objs=(), timeout=None, token=_OMITTED):  # noqa: A001
    """Stores a value that JSON can hold, and returns whether it was stored.

    The value is not stored if one of the objects was expired since the token was taken, or if the token is None.
    Without the argument `token`, the data counts as read at the beginning of the request, or now outside a request.
    """
    redis_key = _create_redis_key(key)
    dependencies = get_object_keys("set", objs)
    seconds = parse_timeout(f"set({key!r})", timeout)
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    fill = get_current_fill()
    if fill is not None:
        fill.add(dependencies, time.monotonic() + seconds)
    if token is _OMITTED:
        token = take_token()
    return commit(redis_key, data, int(seconds * 1000), token, dependencies)


def _create_redis_key(key):
    if not isinstance(key, str) or not key:
        message = f"A cached value needs a key, a non-empty string, but got {key!r}."
        raise with_code("CC_INVALID_NAME", TypeError(message))
    # Keys of blocks are JSON lists or begin with `sha256:`, so no block has the key of a value.
    return get_settings().keys.cache(f"value:{key}")
