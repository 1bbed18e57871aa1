"""Every name in Redis that this package uses, in one place. The other clients have the same."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keys:
    namespace: str
    object_prefix: str
    reverse_prefix: str

    def _own(self, name):
        return f"{self.namespace}:{name}"

    def cache(self, key):
        """The full name of a cache of ours, as `obj:` sets list it."""
        return self._own(f"django:{key}")

    def object(self, key):
        """Set of the full names of every cache that shows the object, whoever wrote it."""
        return self.object_prefix + key

    def reverse(self, full):
        """Set of the `obj:` keys that the cache of this full name is in."""
        return self.reverse_prefix + full

    @property
    def fragment_prefix(self):
        """What the names of all React fragments begin with."""
        return self._own("frag:")

    @property
    def clock(self):
        return self._own("clock")

    @property
    def epoch(self):
        return self._own("epoch")

    @property
    def fence(self):
        return self._own("fence")

    @property
    def log(self):
        return self._own("log")

    @property
    def due(self):
        return self._own("due")

    @property
    def messages(self):
        return self._own("messages")

    @property
    def rebuild(self):
        return self._own("rebuild")

    def own(self):
        """What names begin with, and whole names, that no object may have: of all programs, not ours alone."""
        families = ("frag:", "lease:", "django:", "rails:", "cache:")
        single = ("clock", "epoch", "fence", "log", "due", "settled", "messages")
        workers = ("rebuild", "rebuilding", "rebuilt", "failures", "again", "dead")
        return [self._own(name) for name in families], [self._own(name) for name in single + workers]
