from django.db import connections


class AfterCommit:
    """What Django is to run when a transaction that has changed content is committed."""

    def __call__(self):
        raise NotImplementedError


def get_pending_hooks(connection):
    """Those of a connection; what was rolled back is not among them."""
    return [hook[1] for hook in connection.run_on_commit if isinstance(hook[1], AfterCommit)]


def has_uncommitted_changes():
    """What is rendered now may show content that is never going to be, and nobody would expire it then."""
    return any(get_pending_hooks(connection) for connection in connections.all())
