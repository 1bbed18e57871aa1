"""Serializes the name, the values and the version of a block as a key. Different blocks have different keys."""

import datetime
import decimal
import hashlib
import json
import uuid

from django.utils.functional import Promise

from .errors import with_code

MAX_READABLE = 200


def create_fragment_key(name, vary=(), version=""):
    """Returns the key of a block. Raises TypeError for values that cannot be part of a key."""
    if not isinstance(name, str) or not name:
        message = (
            f"A cached block needs a name, a non-empty string, but got {name!r}. In a template put it in "
            'quotes: {% cache_content 300 "sidebar" %}.'
        )
        raise with_code("CC_INVALID_NAME", TypeError(message))
    values = [_to_json_value(name, value) for value in (str(name), *vary)]
    # A JSON list marks its own end, so the version after it cannot be mistaken for a part of it.
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if version:
        text += f"@{version}"
    # UTF-8 has no lone surrogates, but their bytes can be hashed.
    written = text.encode("utf-8", "surrogatepass")
    if len(text) <= MAX_READABLE and "\ufffd" not in written.decode("utf-8", "replace"):
        return text
    return f"sha256:{hashlib.sha256(written).hexdigest()}"


def _to_json_value(name, value):
    """Returns a JSON value. JSON distinguishes 1 and "1". Types that JSON lacks become a record with a mark."""
    if isinstance(value, Promise):
        value = str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_to_json_value(name, item) for item in value]
    if isinstance(value, dict):
        # A list of pairs, so that no dict looks like one of the marked records below.
        pairs = [[_to_json_value(name, key), _to_json_value(name, item)] for key, item in value.items()]
        return {"@dict": sorted(pairs, key=lambda pair: json.dumps(pair[0]))}
    if isinstance(value, datetime.datetime):
        return {"@datetime": value.isoformat()}
    if isinstance(value, (datetime.date, datetime.time)):
        return {f"@{type(value).__name__}": value.isoformat()}
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return {f"@{type(value).__name__}": str(value)}
    message = (
        f"In cached block {name!r}: {type(value).__name__} cannot be part of a key. Pass strings, numbers, booleans, "
        "dates, None, and lists or dicts of these. For an object, pass its key."
    )
    raise with_code("CC_INVALID_VARY", TypeError(message))
