// Written by scripts/generate-protocol.mjs from protocol.json; do not edit.
// Constants that all programs on one Redis share, in every language.

/** Separates sites on one Redis. */
export const DEFAULT_NAMESPACE = 'cc'
/** Milliseconds for which expiries are remembered: the longest that a render may take. */
export const RETENTION_MS = 600_000
/** Milliseconds before each further attempt at an expiry, a refresh or a message. After the last attempt the caller gets an error. */
export const RETRY_DELAYS_MS = [20, 60, 180, 540] as const
/** The first bytes of an entry. The format follows as one byte. */
export const ENTRY_MAGIC = 'RCC'
/** Number of the entry format. Entries of another format are misses. */
export const ENTRY_FORMAT = 3
/** Offset of the byte that says whether the entry is stale. */
export const STALE_MARK_OFFSET = 4
/** The mark of an entry that was not refreshed. */
export const FRESH_MARK = 'F'
/** The mark of an entry that was refreshed. */
export const STALE_MARK = 'S'
/** Offset of the JSON list of the epoch, the name, the route or null, and the dependencies. */
export const TEXTS_OFFSET = 33
/** Characters of a fragment's name in React and Rails, and of a namespace or channel in the environment. */
export const MAX_NAME_LENGTH = 200
/** Levels of nested lists and records in the `vary` of a fragment in React and Rails. */
export const MAX_VARY_DEPTH = 32
/** Prefix of the objects whose last expiry is recorded for longer than the retention: Next's tags of paths. */
export const RECORDED_PREFIX = 'next/tag:_N_T_'
/** Objects whose last expiry is recorded. The record of more of them is trimmed. */
export const MAX_RECORDED_OBJECTS = 10_000
/** Characters of an object key, and of the status and the type in a message, counted in UTF-16 code units. */
export const MAX_KEY_LENGTH = 1_024
/** Levels of nested lists of objects. */
export const MAX_LIST_DEPTH = 8
/** Fields or methods of an object that hold its key, in the order in which they are tried. */
export const KEY_FIELDS = ['objKey', 'obj_key'] as const
/** Version of the message schema. */
export const MESSAGE_VERSION = 1
/** What can have been done to an object. */
export const MESSAGE_ACTIONS = ['save', 'publish', 'unpublish', 'delete'] as const
/** Bytes of UTF-8 that a message may have: 64 KiB. */
export const MAX_MESSAGE_BYTES = 65_536
/** Fields that a publisher cannot add: the library or the script writes them. */
export const RESERVED_MESSAGE_FIELDS = ['v', 'key', 'action', 'at', 'stream'] as const
/** Characters of a route. Longer ones are not rebuilt. */
export const MAX_ROUTE_LENGTH = 1_000
