"""After a commit, expires the caches of changed content and publishes messages about it."""

from dataclasses import dataclass

from django.db import transaction

from .connection import logger
from .errors import ContentCacheError
from .expiry import expire_obj, refresh_obj
from .messages import serialize_message, send
from .object_keys import get_object_keys
from .rebuild import enqueue_routes, mark_routes_ready
from .uncommitted import AfterCommit, get_pending_hooks


@dataclass(frozen=True)
class Change:
    #: Keys of the objects, and of the collections that they entered or left.
    keys: tuple
    #: Pairs of the key and the text of a message.
    messages: tuple
    #: Whether React fragments may be shown until they are replaced.
    refresh: bool = False


def content_changed(obj, action="save", *, also=(), refresh=False, using=None, **fields):
    """Expires the objects, and publishes a message about each. Call it for changes that send no signals, such as
    `QuerySet.update()`.

    Runs after the commit of the transaction, or immediately outside a transaction. `also` names further objects to
    expire, such as collections.

    Raises ContentCacheError when Redis does not accept the change. Within a transaction the commit raises the error,
    and the rows stay saved.
    """
    keys = get_object_keys("content_changed", obj)
    messages = tuple((key, serialize_message(key, action, **fields)) for key in keys)
    others = get_object_keys("content_changed", also)
    after_commit(Change((*keys, *others), messages, refresh), using)


def after_commit(change, using=None):
    connection = transaction.get_connection(using)
    savepoints = {sid for sid in connection.savepoint_ids if sid is not None}
    waiting = get_pending_hooks(connection)
    for hook in waiting:
        # Changes of the same savepoints are committed or rolled back together, so one expiry covers all of them.
        if hook.savepoints == savepoints:
            hook.changes.append(change)
            return
    transaction.on_commit(_Changes(change, savepoints, waiting), using)


class _Changes(AfterCommit):
    def __init__(self, first, savepoints, before):
        self.changes = [first]
        self.savepoints = savepoints
        # All hooks of the transaction. When one raises, Django skips the later ones.
        self.all = before[0].all if before else []
        self.all.append(self)

    def __call__(self):
        try:
            self._deliver()
        except ContentCacheError as error:
            skipped_hooks = self.all[self.all.index(self) + 1 :]
            unsent_keys = [key for hook in skipped_hooks for change in hook.changes for key in change.keys]
            keys = list(dict.fromkeys([*error.keys, *unsent_keys]))
            names = ", ".join(keys)
            logger.error("Content was saved, but caches may still show the old content of %s. %s", names, error)
            raise ContentCacheError(error.args[0], keys, error.code) from error

    def _deliver(self):
        expired = {key: None for change in self.changes if not change.refresh for key in change.keys}
        refreshed = {key: None for change in self.changes if change.refresh for key in change.keys}
        touched = [*expired, *(key for key in refreshed if key not in expired)]
        try:
            routes = enqueue_routes(touched)
            expire_obj(list(expired))
            refresh_obj([key for key in refreshed if key not in expired])
            mark_routes_ready(routes)
            send([message for change in self.changes for message in change.messages])
        except ContentCacheError as error:
            # Every step may be repeated. The message names the failed step.
            raise ContentCacheError(error.args[0], touched, error.code) from error
