from django.db import connections


class AfterCommit:
    """A hook that Django runs after the commit of a transaction that changed content."""

    def __call__(self):
        raise NotImplementedError


def get_pending_hooks(connection):
    """Returns the pending hooks of a connection, without hooks that were rolled back."""
    return [hook[1] for hook in connection.run_on_commit if isinstance(hook[1], AfterCommit)]


def has_uncommitted_changes():
    """Whether a render may show uncommitted content. After a rollback nothing would expire this content."""
    return any(get_pending_hooks(connection) for connection in connections.all())
