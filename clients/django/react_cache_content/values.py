"""Values of the site's own beside the blocks of templates, as JSON."""

import json
import time

from .capture import current_fill
from .conf import settings
from .lifetime import lifetime
from .object_keys import object_keys
from .store import commit, lookup
from .tokens import take_token


def get(key, default=None):
    """What was stored for the key. Within a cached block, the block then depends on the same objects."""
    cached = lookup(_redis_key(key))
    if cached is None or cached.data is None:
        return default
    try:
        value = json.loads(cached.data)
    except ValueError:
        return default
    fill = current_fill()
    if fill is not None:
        fill.add(cached.dependencies, cached.ends_at)
    return value


#: `None` is the token of who could not have one.
_OMITTED = object()


def set(key, value, objs=(), timeout=None, token=_OMITTED):  # noqa: A001
    """Stores JSON, or HTML as a text. Whether it was stored: it is not when one of the objects was expired since
    the token was taken, nor with the token None, which `take_token` gives when Redis fails. Without any, what was
    read before the call is taken to be of the request, or, outside one, of now.
    """
    redis_key = _redis_key(key)
    dependencies = object_keys("set", objs)
    seconds = lifetime(f"set({key!r})", timeout)
    data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    fill = current_fill()
    if fill is not None:
        fill.add(dependencies, time.monotonic() + seconds)
    if token is _OMITTED:
        token = take_token()
    return commit(redis_key, data, int(seconds * 1000), token, dependencies)


def _redis_key(key):
    if not isinstance(key, str) or not key:
        raise TypeError(f"A cached value needs a key, a text that is not empty, but got {key!r}.")
    # The keys of blocks are JSON lists or begin with `sha256:`, so that none of them is one of these.
    return settings().keys.cache(f"value:{key}")
