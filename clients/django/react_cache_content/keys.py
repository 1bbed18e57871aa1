"""Every name in Redis that this package uses, in one place. The other clients have the same."""

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
        """The full name of a cache of ours, as `obj:` sets list it."""
        return self._with_namespace(KEY_FAMILIES["django"] + key)

    def object(self, key):
        """Set of the full names of every cache that shows the object, whoever wrote it."""
        return self.object_prefix + key

    def reverse(self, redis_key):
        """Set of the `obj:` keys that the cache of this full name is in."""
        return self.reverse_prefix + redis_key

    @property
    def fragment_prefix(self):
        """What the names of all React fragments begin with."""
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
    def messages(self):
        return self._with_namespace(FIXED_KEYS["messages"])

    @property
    def rebuild_queue(self):
        return self._with_namespace(FIXED_KEYS["rebuild_queue"])

    def reserved(self):
        """What names begin with, and whole names, that no object may have: of all programs, not ours alone."""
        return (
            [self._with_namespace(name) for name in KEY_FAMILIES.values()],
            [self._with_namespace(name) for name in FIXED_KEYS.values()],
        )
