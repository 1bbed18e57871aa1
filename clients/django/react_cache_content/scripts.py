"""Calls the Lua scripts that all programs share. Each script has one function."""

import json
import uuid
from pathlib import Path
from typing import NamedTuple

from .protocol_gen import ENTRY_FORMAT, ENTRY_MAGIC, STALE_MARK, STALE_MARK_OFFSET, STREAM_MAX_LENGTH

#: The first bytes of every entry whose route can be read.
ENTRY_START = ENTRY_MAGIC.encode() + bytes([ENTRY_FORMAT])


class Token(NamedTuple):
    """The clock when data may first have been read. The data reflects all expiries up to this clock."""

    epoch: str
    clock: int


def _load(name):
    source = (Path(__file__).parent / "lua" / f"{name}.lua").read_text("utf-8")

    def run(client, keys, args):
        script = _scripts.get(name)
        if script is None:
            script = _scripts[name] = client.register_script(source)
        return script(keys=keys, args=args, client=client)

    return run


_scripts = {}
_read_clock, _commit, _expire = _load("readClock"), _load("commit"), _load("expire")
_refresh, _publish = _load("refresh"), _load("publish")
_enqueue_routes, _mark_routes_ready = _load("enqueueRoutes"), _load("markRoutesReady")


def run_read_clock(client, settings, age_ms=None):
    """Returns the current clock. With an age in milliseconds, returns a clock not later than the clock at that time."""
    keys = settings.keys
    ages = [] if age_ms is None else [age_ms]
    names = [keys.epoch, keys.clock, keys.log, keys.fence]
    epoch, clock, _now, *clocks = _read_clock(client, names, [_create_epoch_id(), settings.retention_ms, *ages])
    return Token(epoch.decode(), (clocks or [clock])[0])


def run_commit(client, settings, redis_key, data, milliseconds, token, dependencies):
    """Stores a cache, and returns `committed`, `fenced`, `unverifiable` or `index`."""
    keys = settings.keys
    objects = [keys.object(dependency) for dependency in dependencies]
    names = [keys.epoch, keys.clock, keys.fence, keys.due, redis_key, keys.reverse(redis_key), *objects]
    args = [token.epoch, token.clock, data, milliseconds, keys.reverse_prefix, *dependencies]
    return _commit(client, names, args).decode()


def run_expire(client, settings, objects, first, size):
    """Removes one batch, and returns whether there is more to do and how many caches were removed."""
    keys = settings.keys
    names = _list_expiry_keys(keys, objects)
    step = "first" if first else "next"
    logged = json.dumps(objects, ensure_ascii=False, separators=(",", ":"))
    args = [step, size, settings.retention_ms, keys.reverse_prefix, _create_epoch_id(), logged, *objects]
    state, removed, *_ = _expire(client, names, args)
    return state == b"more", removed


def _list_expiry_keys(keys, objects):
    common = [keys.epoch, keys.clock, keys.fence, keys.log, keys.due, keys.paths]
    return [*common, *map(keys.object, objects)]


class RefreshReply(NamedTuple):
    """The result of one batch of a refresh."""

    #: The position in the set of the last scanned object, or 0 when the set is done.
    cursor: int
    #: Number of scanned objects, from the first. All except the last are done.
    scanned: int
    touched: int
    #: The part of `touched` that belongs to the set of the last object.
    touched_in_last: int


def run_refresh(client, settings, objects, cursor, size):
    keys = settings.keys
    names = _list_expiry_keys(keys, objects)
    prefixes = [keys.fragment_prefix, keys.reverse_prefix]
    mark = [STALE_MARK_OFFSET, STALE_MARK]
    # Stale fragments are never discarded.
    discard_after_ms = 0
    args = [cursor, size, settings.retention_ms, *prefixes, *mark, _create_epoch_id(), discard_after_ms, *objects]
    following, touched, _clock, _epoch, scanned, touched_in_last = _refresh(client, names, args)
    return RefreshReply(int(following), scanned, touched, touched_in_last)


def run_enqueue_routes(client, settings, obj, cursor, size, wait, limit):
    """Queues a batch of routes. Returns the next cursor, 0 when done, the number of dropped routes, and the routes."""
    keys = settings.keys
    args = [cursor, size, keys.fragment_prefix, wait, limit, ENTRY_START]
    following, dropped, *pairs = _enqueue_routes(client, [keys.rebuild_queue, keys.object(obj)], args)
    return int(following), dropped, [route for route in pairs[1::2] if route]


def run_mark_routes_ready(client, settings, wait, routes):
    _mark_routes_ready(client, [settings.keys.rebuild_queue], [wait, *routes])


def run_publish(client, settings, message):
    _publish(client, [settings.keys.messages], [settings.CHANNEL, STREAM_MAX_LENGTH, message])


def _create_epoch_id():
    """Returns an id for a new epoch. The script uses it if Redis has no epoch."""
    return str(uuid.uuid4())
