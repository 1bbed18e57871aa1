# Written by scripts/generate-protocol.mjs from protocol.json; do not edit.
"""Constants that all programs on one Redis share, in every language."""

# Defaults of every store

#: Separates sites on one Redis.
DEFAULT_NAMESPACE = "cc"
#: Milliseconds for which expiries are remembered: the longest that a render may take.
RETENTION_MS = 600_000

# Names

#: Prefix of the sets that list the caches of an object.
DEFAULT_OBJECT_PREFIX = "obj:"
#: Prefix of the sets that list the objects of a cache.
DEFAULT_REVERSE_PREFIX = "sobj:"
#: Channel of the messages.
DEFAULT_CHANNEL = "content"
#: Prefixes of the keys of a namespace that are many, behind `<ns>:`.
KEY_FAMILIES = {
    "fragment": "frag:",
    "lease": "lease:",
    "django": "django:",
    "rails": "rails:",
    "rails_cache": "cache:",
}
#: Single keys and channels of a namespace, behind `<ns>:`.
FIXED_KEYS = {
    "clock": "clock",
    "epoch": "epoch",
    "fence": "fence",
    "log": "log",
    "due": "due",
    "paths": "paths",
    "lease_released": "lease-released",
    "messages": "messages",
    "rebuild_queue": "rebuild:queue",
    "rebuild_active": "rebuild:active",
    "rebuild_recent": "rebuild:recent",
    "rebuild_failures": "rebuild:failures",
    "rebuild_requeues": "rebuild:requeues",
    "dead_letters": "dead-letters",
}

# Limits of one script

#: Objects that one call of an expiry or a refresh may stamp.
OBJECTS_PER_CALL = 200
#: About how many members of sets one call of a script may touch.
MEMBERS_PER_CALL = 150
#: Routes that one call of a script may touch.
ROUTES_PER_CALL = 1_000
#: Scans that a refresh makes of the dependents of one object before it expires the object.
MAX_REFRESH_PASSES = 5

# Rebuilds

#: Routes that may wait to be rebuilt. No site has more pages that are worth it.
MAX_QUEUED_ROUTES = 10_000
#: Milliseconds until a route is due when the program that noted it died before its expiry was done.
ORPHANED_ROUTE_DELAY_MS = 60_000
#: Milliseconds until a route is due after its expiry. A burst of edits becomes one rebuild.
REBUILD_DEBOUNCE_MS = 50

# Bounds of the store in Redis

#: About how many messages the stream keeps.
STREAM_MAX_LENGTH = 100_000
#: Milliseconds after which a command counts as failed.
COMMAND_TIMEOUT_MS = 250
#: Failures in a row after which Redis counts as down.
BREAKER_FAILURES = 3
#: Milliseconds until one command tests whether Redis is up again.
BREAKER_PROBE_AFTER_MS = 1_000
#: Milliseconds until an entry is dropped even if nothing expires it: 30 days.
MAX_ENTRY_AGE_MS = 2_592_000_000
#: Bytes of the largest entry that is stored: 8 MiB.
MAX_ENTRY_BYTES = 8_388_608

# Retries

#: Milliseconds before each further attempt at an expiry, a refresh or a message. After the last
#: attempt the caller gets an error.
RETRY_DELAYS_MS = (20, 60, 180, 540)

# Entries of React fragments

#: The first bytes of an entry. The format follows as one byte.
ENTRY_MAGIC = "RCC"
#: Number of the entry format. Entries of another format are misses.
ENTRY_FORMAT = 3
#: Offset of the byte that says whether the entry is stale.
STALE_MARK_OFFSET = 4
#: The mark of an entry that was not refreshed.
FRESH_MARK = "F"
#: The mark of an entry that was refreshed.
STALE_MARK = "S"
#: Offset of the JSON list of the epoch, the name, the route or null, and the dependencies.
TEXTS_OFFSET = 33

# Keys of fragments

#: Characters of a fragment's name in React and Rails, and of a namespace or channel in the
#: environment.
MAX_NAME_LENGTH = 200
#: Levels of nested lists and records in the `vary` of a fragment in React and Rails.
MAX_VARY_DEPTH = 32

# Recorded expiries

#: Prefix of the objects whose last expiry is recorded for longer than the retention: Next's tags of
#: paths.
RECORDED_PREFIX = "next/tag:_N_T_"
#: Objects whose last expiry is recorded. The record of more of them is trimmed.
MAX_RECORDED_OBJECTS = 10_000

# Object keys

#: Characters of an object key, and of the status and the type in a message, counted in UTF-16 code
#: units.
MAX_KEY_LENGTH = 1_024
#: Levels of nested lists of objects.
MAX_LIST_DEPTH = 8
#: Fields or methods of an object that hold its key, in the order in which they are tried.
KEY_FIELDS = ("objKey", "obj_key")

# Messages

#: Version of the message schema.
MESSAGE_VERSION = 1
#: What can have been done to an object.
MESSAGE_ACTIONS = ("save", "publish", "unpublish", "delete")
#: Bytes of UTF-8 that a message may have: 64 KiB.
MAX_MESSAGE_BYTES = 65_536
#: Fields that a publisher cannot add: the library or the script writes them.
RESERVED_MESSAGE_FIELDS = ("v", "key", "action", "at", "stream")

# Routes

#: Characters of a route. Longer ones are not rebuilt.
MAX_ROUTE_LENGTH = 1_000
