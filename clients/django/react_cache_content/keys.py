"""Every key in Redis that this package uses. All programs build their keys from the same constants."""

from dataclasses import dataclass

from .protocol_gen import FIXED_KEYS, KEY_FAMILIES


@dataclass(frozen=True)
class Keys:
    namespace: str
    object_prefix: str
    reverse_prefix: str

    def _with_namespace(self, name):
        return f"{self.namespace}:{name}"

    def cache(self, key):
        """The Redis key of a cache of this package. `obj:` sets contain this key."""
        return self._with_namespace(KEY_FAMILIES["django"] + key)

    def object(self, key):
        """The set of the Redis keys of all caches that show the object, in any program."""
        return self.object_prefix + key

    def reverse(self, redis_key):
        """The set of the `obj:` keys that list the cache with this Redis key."""
        return self.reverse_prefix + redis_key

    @property
    def fragment_prefix(self):
        """The prefix of the names of all React fragments."""
        return self._with_namespace(KEY_FAMILIES["fragment"])

    @property
    def clock(self):
        return self._with_namespace(FIXED_KEYS["clock"])

    @property
    def epoch(self):
        return self._with_namespace(FIXED_KEYS["epoch"])

    @property
    def fence(self):
        return self._with_namespace(FIXED_KEYS["fence"])

    @property
    def log(self):
        return self._with_namespace(FIXED_KEYS["log"])

    @property
    def due(self):
        return self._with_namespace(FIXED_KEYS["due"])

    @property
    def paths(self):
        return self._with_namespace(FIXED_KEYS["paths"])

    @property
    def messages(self):
        return self._with_namespace(FIXED_KEYS["messages"])

    @property
    def rebuild_queue(self):
        return self._with_namespace(FIXED_KEYS["rebuild_queue"])

    def list_reserved(self):
        """Prefixes of names, and whole names, that no object may have. They cover the keys of all programs."""
        return (
            [self._with_namespace(name) for name in KEY_FAMILIES.values()],
            [self._with_namespace(name) for name in FIXED_KEYS.values()],
        )
