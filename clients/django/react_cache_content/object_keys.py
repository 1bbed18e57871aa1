"""Reads the keys of the values that may be passed as `obj`. The limits are the same in all programs."""

import re
from collections.abc import Iterable, Mapping

from .errors import with_code
from .protocol_gen import KEY_FIELDS, MAX_KEY_LENGTH, MAX_LIST_DEPTH

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f]")


def get_object_keys(caller, *objs):
    """Returns the keys of the objects, in order, each once.

    `caller` is the name of the function in errors. Raises TypeError if any value is not an object, so that a list is
    used as a whole or not at all.
    """
    keys = {}
    _collect(caller, objs, 0, keys)
    return list(keys)


def _collect(caller, value, depth, keys):
    if value is None or value is False:
        return
    key = value if isinstance(value, str) else _read_obj_key(caller, value)
    if key is None and _is_list(value):
        # The arguments of a call form a list too. The limit does not count it.
        if depth > MAX_LIST_DEPTH:
            raise _create_error(caller, value, f"lists are nested more than {MAX_LIST_DEPTH} deep")
        for item in value:
            _collect(caller, item, depth + 1, keys)
        return
    if not isinstance(key, str):
        raise _create_error(caller, value, "it has no key")
    reason = get_key_error(key)
    if reason:
        raise _create_error(caller, value, f"its key {reason}")
    keys[str(key)] = None


def _read_obj_key(caller, value):
    # The class of a model also has the method, but no key.
    if isinstance(value, type):
        return None
    for name in KEY_FIELDS:
        try:
            candidate = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
            if callable(candidate):
                candidate = candidate()
        except Exception as error:
            # The method belongs to the site. The error must name the call that needed the key.
            raise _create_error(caller, value, f"`{name}` raised an error: {error}") from error
        if candidate is not None:
            return candidate
    return None


def _is_list(value):
    return isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, Mapping))


def get_key_error(key):
    """Returns the reason why a text cannot be a key or a part of one, or None if it can."""
    if key == "":
        return "is empty (is it a variable that the template does not have?)"
    if _SURROGATE.search(key):
        return "is not well-formed Unicode"
    # In UTF-16 code units, as all programs count.
    if len(key.encode("utf-16-le")) // 2 > MAX_KEY_LENGTH:
        return f"is longer than {MAX_KEY_LENGTH} characters"
    if _CONTROL.search(key):
        return "holds control characters"
    return None


def _create_error(caller, value, reason):
    message = (
        f"{caller}: {_format_value(value)} is not a content object: {reason}. Pass a string key such as "
        '"news/story:21563", an object with `obj_key`, or a list of these.'
    )
    return with_code("CC_INVALID_OBJ", TypeError(message))


def _format_value(value):
    try:
        text = " ".join(repr(value).split())
    except Exception:
        text = f"a {type(value).__name__}"
    return text if len(text) <= 120 else text[:119] + "…"
