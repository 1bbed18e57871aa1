"""Reads and checks the setting CONTENT_CACHE."""

import math
import os
from dataclasses import dataclass, fields
from functools import lru_cache

import redis
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from .errors import with_code
from .keys import Keys
from .protocol_gen import (
    COMMAND_TIMEOUT_MS,
    DEFAULT_CHANNEL,
    DEFAULT_NAMESPACE,
    DEFAULT_OBJECT_PREFIX,
    DEFAULT_REVERSE_PREFIX,
    RETENTION_MS,
)


@dataclass(frozen=True)
class Settings:
    #: Must not appear in errors or logs, because it may contain a password.
    URL: str
    #: These four must be the same as on the other sites of this Redis.
    NAMESPACE: str = DEFAULT_NAMESPACE
    OBJECT_PREFIX: str = DEFAULT_OBJECT_PREFIX
    REVERSE_PREFIX: str = DEFAULT_REVERSE_PREFIX
    CHANNEL: str = DEFAULT_CHANNEL
    #: Seconds after which a command counts as failed.
    TIMEOUT: float = COMMAND_TIMEOUT_MS / 1000
    #: Seconds for which expiries are remembered: the longest that a render may take.
    RETENTION: float = RETENTION_MS // 1000
    #: Part of the keys of cached blocks. A new version reads no block of an earlier one.
    VERSION: str = ""

    @property
    def keys(self):
        return Keys(self.NAMESPACE, self.OBJECT_PREFIX, self.REVERSE_PREFIX)

    @property
    def retention_ms(self):
        return math.ceil(self.RETENTION * 1000)


@lru_cache(maxsize=1)
def get_settings():
    """Returns the checked settings. Raises ImproperlyConfigured with the name of the invalid setting."""
    given = getattr(django_settings, "CONTENT_CACHE", {})
    if not isinstance(given, dict):
        raise _create_error("CONTENT_CACHE must be a dict, such as {'URL': 'redis://localhost:6379'}.")
    known = [field.name for field in fields(Settings)]
    for name in given:
        if name not in known:
            raise _create_error(f"CONTENT_CACHE has no setting {name!r}. The settings are {', '.join(known)}.")
    url = given.get("URL") or os.environ.get("CONTENT_CACHE_REDIS_URL")
    checked = Settings(**{**given, "URL": url})
    _check_url(url)
    for name in ("NAMESPACE", "OBJECT_PREFIX", "REVERSE_PREFIX", "CHANNEL"):
        if not isinstance(getattr(checked, name), str) or not getattr(checked, name):
            _refuse(name, "must be a non-empty string", getattr(checked, name))
    if not isinstance(checked.VERSION, str):
        _refuse("VERSION", "must be a string", checked.VERSION)
    if not _is_number(checked.TIMEOUT, (int, float)):
        _refuse("TIMEOUT", "must be a number of seconds above 0", checked.TIMEOUT)
    if not _is_number(checked.RETENTION, (int, float)):
        _refuse("RETENTION", "must be a number of seconds above 0", checked.RETENTION)
    _check_prefixes(checked)
    return checked


def _check_url(url):
    if url is None or url == "":
        raise _create_error(
            "CONTENT_CACHE has no URL. Set it to the URL of the Redis that the other sites use, such as "
            "'redis://localhost:6379', or set the environment variable CONTENT_CACHE_REDIS_URL."
        )
    try:
        redis.ConnectionPool.from_url(url)
    except Exception:
        # Both the URL and the reason may contain the password, so neither is shown.
        raise _create_error(
            "CONTENT_CACHE['URL'] must look like redis://host:6379, redis://host:6379/1 or rediss://host, or be "
            "the path of a socket, unix:///path. In a password, write all characters except letters and digits as %XX."
        ) from None


def _check_prefixes(checked):
    """Ensures that no key of one kind looks like a key of another kind, whatever the names of objects and fragments."""
    objects, reverses = checked.OBJECT_PREFIX, checked.REVERSE_PREFIX
    if _overlaps(objects, reverses):
        _refuse("REVERSE_PREFIX", f"must not overlap with OBJECT_PREFIX, {objects!r}", reverses)
    families, fixed_keys = checked.keys.list_reserved()
    for name, prefix in (("OBJECT_PREFIX", objects), ("REVERSE_PREFIX", reverses)):
        if any(_overlaps(family, prefix) for family in families) or any(key.startswith(prefix) for key in fixed_keys):
            _refuse(name, f"must keep the keys of the index apart from keys such as {fixed_keys[0]!r}", prefix)


def _overlaps(a, b):
    return a.startswith(b) or b.startswith(a)


def _is_number(value, types):
    return isinstance(value, types) and not isinstance(value, bool) and 0 < value < math.inf


def _refuse(name, reason, value):
    raise _create_error(f"CONTENT_CACHE[{name!r}] {reason}, but is {value!r}.")


def _create_error(message):
    return with_code("CC_INVALID_OPTIONS", ImproperlyConfigured(message))


def _clear_cached_settings(setting, **kwargs):
    if setting == "CONTENT_CACHE":
        get_settings.cache_clear()


setting_changed.connect(_clear_cached_settings)
