from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from .fill import get_current_fill, is_rendering, render_scope
from .conf import get_settings
from .errors import with_code
from .fragment_key import create_fragment_key
from .lifetime import parse_timeout
from .store import commit, lookup
from .tokens import take_token


def cache_content(name, vary, timeout, render):
    """Returns the stored HTML for the name and the values in `vary`, or the result of `render()`. Both are marked safe.

    A result of `render()` that is not marked safe is escaped, as in templates. `timeout` is in seconds. With 0 or None
    the block is kept until one of the objects that were registered during the render is expired. Objects of inner
    blocks count too. When `render` raises, nothing is stored. A template block with the same name and values is the
    same block.
    """
    current = get_settings()
    redis_key = current.keys.cache(create_fragment_key(name, vary, current.VERSION))
    seconds = parse_timeout(f"Cached block {name!r}", timeout)
    if is_rendering(redis_key):
        message = f"Cached block {name!r} contains itself. Give the inner one another name or another value."
        raise with_code("CC_FRAGMENT_IN_ITSELF", RuntimeError(message))
    cached = lookup(redis_key)
    html = None if cached is None else _decode(cached.data)
    if html is not None:
        fill = get_current_fill()
        if fill is not None:
            fill.add(cached.dependencies, cached.ends_at)
        return mark_safe(html)
    # After a failed lookup, the request for a token would fail too.
    token = None if cached is None else take_token()
    with render_scope(redis_key, token, seconds) as fill:
        html = render()
        if not isinstance(html, (str, Promise)):
            message = f"Cached block {name!r}: render() must return HTML as a string, but returned {html!r:.80}."
            raise with_code("CC_INVALID_VALUE", TypeError(message))
        html = conditional_escape(html)
    if fill.storable:
        commit(redis_key, html.encode("utf-8", "surrogatepass"), fill.milliseconds_left, fill.token, fill.dependencies)
    return html


def _decode(data):
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        # Another program wrote the value. The new render replaces it.
        return None
