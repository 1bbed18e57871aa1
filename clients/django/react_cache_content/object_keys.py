"""What may be passed as `obj`. The limits are those of the React site, for the keys are."""

import re
from collections.abc import Iterable, Mapping

from .protocol_gen import KEY_FIELDS, MAX_KEY_LENGTH, MAX_LIST_DEPTH

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def object_keys(caller, *objs):
    """The keys of what was passed, in order, each once.

    `caller` is the name that errors show. Raises TypeError before any key is used: a list is taken whole or
    not at all.
    """
    keys = {}
    _collect(caller, objs, 0, keys)
    return list(keys)


def _collect(caller, value, depth, keys):
    if value is None or value is False:
        return
    key = value if isinstance(value, str) else _read_obj_key(caller, value)
    if key is None and _is_list(value):
        # One more than the limit: the arguments of a call are a list themselves.
        if depth > MAX_LIST_DEPTH:
            raise _invalid(caller, value, f"lists are nested more than {MAX_LIST_DEPTH} deep")
        for item in value:
            _collect(caller, item, depth + 1, keys)
        return
    if not isinstance(key, str):
        raise _invalid(caller, value, "it has no key")
    reason = get_key_error(key)
    if reason:
        raise _invalid(caller, value, f"its key {reason}")
    keys[str(key)] = None


def _read_obj_key(caller, value):
    # The class of a model has the method, too, but no key.
    if isinstance(value, type):
        return None
    for name in KEY_FIELDS:
        try:
            candidate = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
            if callable(candidate):
                candidate = candidate()
        except Exception as error:
            # The code asked is the site's own: of its errors, too, the reader must learn where they came up.
            raise _invalid(caller, value, f"`{name}` raised an error: {error}") from error
        if candidate is not None:
            return candidate
    return None


def _is_list(value):
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, Mapping))


def get_key_error(key):
    """Why a text cannot be a key, or a part of one; nothing when it can."""
    if key == "":
        return "is empty (is it a variable that the template does not have?)"
    if _SURROGATE.search(key):
        return "is not well-formed Unicode"
    # As other languages count.
    if len(key.encode("utf-16-le")) // 2 > MAX_KEY_LENGTH:
        return f"is longer than {MAX_KEY_LENGTH} characters"
    if _CONTROL.search(key):
        return "holds control characters"
    return None


def _invalid(caller, value, reason):
    return TypeError(
        f"{caller}: {_show(value)} is not a content object: {reason}. Pass a string key such as "
        '"news/story:21563", an object with `obj_key`, or a list of these.'
    )


def _show(value):
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 120 else text[:119] + "…"
