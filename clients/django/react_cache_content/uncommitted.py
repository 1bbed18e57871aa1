from django.db import connections


class AfterCommit:
    """A hook that Django runs when a transaction that has changed content is committed."""

    def __call__(self):
        raise NotImplementedError


def get_pending_hooks(connection):
    """Returns the pending hooks of a connection. Hooks that were rolled back are not among them."""
    return [hook[1] for hook in connection.run_on_commit if isinstance(hook[1], AfterCommit)]


def has_uncommitted_changes():
    """Returns whether a render may show content that is not committed. After a rollback nothing would expire it."""
    return any(get_pending_hooks(connection) for connection in connections.all())
