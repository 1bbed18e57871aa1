"""Writes (name, vary) as a key, so that two are the same key only when they are the same."""

import datetime
import decimal
import hashlib
import json
import uuid

from django.utils.functional import Promise

MAX_READABLE = 200


def fragment_key(name, vary=(), version=""):
    """Raises TypeError for values that cannot be part of a key."""
    if not isinstance(name, str) or not name:
        raise TypeError(
            f"A cached block needs a name, a text that is not empty, but got {name!r}. In a template put it in "
            'quotes: {% cache_content 300 "sidebar" %}.'
        )
    values = [_plain(name, value) for value in (str(name), *vary)]
    # A JSON list ends itself, so nothing behind it can be taken for a part of it.
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    if version:
        text += f"@{version}"
    # Redis could not tell lone surrogates apart, but their bytes can be hashed.
    written = text.encode("utf-8", "surrogatepass")
    if len(text) <= MAX_READABLE and "\ufffd" not in written.decode("utf-8", "replace"):
        return text
    return f"sha256:{hashlib.sha256(written).hexdigest()}"


def _plain(name, value):
    """As JSON tells types apart, 1 and "1" for instance; what it has no word for is an object with a mark."""
    if isinstance(value, Promise):
        value = str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(name, item) for item in value]
    if isinstance(value, dict):
        # A list of pairs, so that no dict looks like one of the marks below.
        pairs = [[_plain(name, key), _plain(name, item)] for key, item in value.items()]
        return {"@dict": sorted(pairs, key=lambda pair: json.dumps(pair[0]))}
    if isinstance(value, datetime.datetime):
        return {"@datetime": value.isoformat()}
    if isinstance(value, (datetime.date, datetime.time)):
        return {f"@{type(value).__name__}": value.isoformat()}
    if isinstance(value, (decimal.Decimal, uuid.UUID)):
        return {f"@{type(value).__name__}": str(value)}
    raise TypeError(
        f"In cached block {name!r}: {type(value).__name__} cannot be part of a key. Pass texts, numbers, booleans, "
        "dates, None, and lists or dicts of them; of an object pass its key."
    )
