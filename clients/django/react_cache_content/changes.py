"""What happens when content has changed: caches go, and the other programs are told, after the commit."""

from dataclasses import dataclass

from django.db import transaction

from .connection import logger
from .errors import ContentCacheError
from .expiry import expire_obj, refresh_obj
from .messages import message_text, send
from .object_keys import object_keys
from .rebuild import enqueue_routes, mark_routes_ready
from .uncommitted import AfterCommit, get_pending_hooks


@dataclass(frozen=True)
class Change:
    #: Objects, and the collections that they came into or went from.
    keys: tuple
    #: Pairs of key and text.
    messages: tuple
    #: Whether React fragments may be shown until they are replaced.
    refresh: bool = False


def content_changed(obj, action="save", *, also=(), refresh=False, using=None, **fields):
    """For changes that send no signals, such as `QuerySet.update()`: when the transaction is committed, or at once
    outside of one, expires the objects, and others in `also` such as collections, and publishes a message each.

    Raises ContentCacheError, then from the commit, when Redis does not take it: what was saved stays saved.
    """
    keys = object_keys("content_changed", obj)
    messages = tuple((key, message_text(key, action, **fields)) for key in keys)
    others = object_keys("content_changed", also)
    after_commit(Change((*keys, *others), messages, refresh), using)


def after_commit(change, using=None):
    connection = transaction.get_connection(using)
    savepoints = {sid for sid in connection.savepoint_ids if sid is not None}
    waiting = get_pending_hooks(connection)
    for hook in waiting:
        # Those of the same savepoints are committed or rolled back together: one expiry does for all.
        if hook.savepoints == savepoints:
            hook.changes.append(change)
            return
    transaction.on_commit(_Changes(change, savepoints, waiting), using)


class _Changes(AfterCommit):
    def __init__(self, first, savepoints, before):
        self.changes = [first]
        self.savepoints = savepoints
        #: All of the transaction. When one raises, Django runs none of those behind it.
        self.all = before[0].all if before else []
        self.all.append(self)

    def __call__(self):
        try:
            self._deliver()
        except ContentCacheError as error:
            behind = self.all[self.all.index(self) + 1 :]
            unsent_keys = [key for hook in behind for change in hook.changes for key in change.keys]
            keys = list(dict.fromkeys([*error.keys, *unsent_keys]))
            logger.error("Content was saved, but caches may still show the old: %s. %s", ", ".join(keys), error)
            raise ContentCacheError(str(error), keys) from error

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
            # Whatever was done of it can be done again, and which of it was not is for the message to say.
            raise ContentCacheError(str(error), touched) from error
