"""Every name in Redis that this package uses, in one place. The other clients have the same."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keys:
    namespace: str
    object_prefix: str
    reverse_prefix: str

    def _with_namespace(self, name):
        return f"{self.namespace}:{name}"

    def cache(self, key):
        """The full name of a cache of ours, as `obj:` sets list it."""
        return self._with_namespace(f"django:{key}")

    def object(self, key):
        """Set of the full names of every cache that shows the object, whoever wrote it."""
        return self.object_prefix + key

    def reverse(self, redis_key):
        """Set of the `obj:` keys that the cache of this full name is in."""
        return self.reverse_prefix + redis_key

    @property
    def fragment_prefix(self):
        """What the names of all React fragments begin with."""
        return self._with_namespace("frag:")

    @property
    def clock(self):
        return self._with_namespace("clock")

    @property
    def epoch(self):
        return self._with_namespace("epoch")

    @property
    def fence(self):
        return self._with_namespace("fence")

    @property
    def log(self):
        return self._with_namespace("log")

    @property
    def due(self):
        return self._with_namespace("due")

    @property
    def messages(self):
        return self._with_namespace("messages")

    @property
    def rebuild_queue(self):
        return self._with_namespace("rebuild:queue")

    def reserved(self):
        """What names begin with, and whole names, that no object may have: of all programs, not ours alone."""
        families = ("frag:", "lease:", "django:", "rails:", "cache:")
        fixed_keys = ("clock", "epoch", "fence", "log", "due", "lease-released", "messages")
        worker_keys = (
            "rebuild:queue",
            "rebuild:active",
            "rebuild:recent",
            "rebuild:failures",
            "rebuild:requeues",
            "dead-letters",
        )
        return (
            [self._with_namespace(name) for name in families],
            [self._with_namespace(name) for name in fixed_keys + worker_keys],
        )
