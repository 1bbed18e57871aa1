from django.utils.functional import Promise
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe

from .capture import current_fill, is_rendering, render_scope
from .conf import settings
from .fragment_key import fragment_key
from .lifetime import lifetime
from .store import commit, lookup
from .tokens import take_token


def cache_content(name, vary, timeout, render):
    """HTML, marked safe: what is stored for the name and what it varies by, or what `render()` returns.

    What is not marked safe is escaped, as templates do. `timeout` is in seconds; with 0 or None it is kept until
    one of the objects that were registered meanwhile is expired. Blocks within pass on theirs. When `render`
    raises, nothing is stored. A block of the same name and values in a template is the same.
    """
    current = settings()
    redis_key = current.keys.cache(fragment_key(name, vary, current.VERSION))
    seconds = lifetime(f"Cached block {name!r}", timeout)
    if is_rendering(redis_key):
        raise RuntimeError(
            f"Cached block {name!r} contains itself. Give the inner one another name, or another value to vary by."
        )
    cached = lookup(redis_key)
    html = None if cached is None else _text(cached.data)
    if html is not None:
        fill = current_fill()
        if fill is not None:
            fill.add(cached.dependencies, cached.ends_at)
        return mark_safe(html)
    # Whoever has just failed to look up need not wait for another failure.
    token = None if cached is None else take_token()
    with render_scope(redis_key, token, seconds) as fill:
        html = render()
        if not isinstance(html, (str, Promise)):
            raise TypeError(f"Cached block {name!r}: render() must return HTML as a text, but returned {html!r:.80}.")
        html = conditional_escape(html)
    if fill.storable:
        commit(redis_key, html.encode("utf-8", "surrogatepass"), fill.milliseconds_left, fill.token, fill.dependencies)
    return html


def _text(data):
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        # Not ours; it is replaced.
        return None
