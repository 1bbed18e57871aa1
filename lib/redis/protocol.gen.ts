// Written by scripts/generate-protocol.mjs from protocol.json; do not edit.
// Constants that all programs on one Redis share, in every language.

/** Prefix of the sets that list the caches of an object. */
export const DEFAULT_OBJECT_PREFIX = 'obj:'
/** Prefix of the sets that list the objects of a cache. */
export const DEFAULT_REVERSE_PREFIX = 'sobj:'
/** Channel of the messages. */
export const DEFAULT_CHANNEL = 'content'
/** Prefixes of the keys of a namespace that are many, behind `<ns>:`. */
export const KEY_FAMILIES = {
  fragment: 'frag:',
  lease: 'lease:',
  django: 'django:',
  rails: 'rails:',
  railsCache: 'cache:',
} as const
/** Single keys and channels of a namespace, behind `<ns>:`. */
export const FIXED_KEYS = {
  clock: 'clock',
  epoch: 'epoch',
  fence: 'fence',
  log: 'log',
  due: 'due',
  paths: 'paths',
  leaseReleased: 'lease-released',
  messages: 'messages',
  rebuildQueue: 'rebuild:queue',
  rebuildActive: 'rebuild:active',
  rebuildRecent: 'rebuild:recent',
  rebuildFailures: 'rebuild:failures',
  rebuildRequeues: 'rebuild:requeues',
  deadLetters: 'dead-letters',
} as const
/** Objects that one call of an expiry or a refresh may stamp. */
export const OBJECTS_PER_CALL = 200
/** About how many members of sets one call of a script may touch. */
export const MEMBERS_PER_CALL = 150
/** Routes that one call of a script may touch. */
export const ROUTES_PER_CALL = 1_000
/** Scans that a refresh makes of the dependents of one object before it expires the object. */
export const MAX_REFRESH_PASSES = 5
/** Routes that may wait to be rebuilt. No site has more pages that are worth it. */
export const MAX_QUEUED_ROUTES = 10_000
/** Milliseconds until a route is due when the program that noted it died before its expiry was done. */
export const ORPHANED_ROUTE_DELAY_MS = 60_000
/** Milliseconds until a route is due after its expiry. A burst of edits becomes one rebuild. */
export const REBUILD_DEBOUNCE_MS = 50
/** About how many messages the stream keeps. */
export const STREAM_MAX_LENGTH = 100_000
/** Milliseconds after which a command counts as failed. */
export const COMMAND_TIMEOUT_MS = 250
/** Failures in a row after which Redis counts as down. */
export const BREAKER_FAILURES = 3
/** Milliseconds until one command tests whether Redis is up again. */
export const BREAKER_PROBE_AFTER_MS = 1_000
/** Milliseconds until an entry is dropped even if nothing expires it: 30 days. */
export const MAX_ENTRY_AGE_MS = 2_592_000_000
/** Bytes of the largest entry that is stored: 8 MiB. */
export const MAX_ENTRY_BYTES = 8_388_608
