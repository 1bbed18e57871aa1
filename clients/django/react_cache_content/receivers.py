"""Receives changes of content as signals, because cascades and `QuerySet.delete()` do not call `delete()`."""

from django.db.models.signals import post_delete, post_save

from .changes import Change, after_commit
from .errors import with_code
from .messages import serialize_message
from .object_keys import get_object_keys


def connect():
    post_save.connect(_on_save, dispatch_uid="react_cache_content.saved")
    post_delete.connect(_on_delete, dispatch_uid="react_cache_content.deleted")


def _on_save(sender, instance, created=False, using=None, **kwargs):
    if _is_content(instance):
        _on_change(instance, lambda: instance.content_action(created), created, using)


def _on_delete(sender, instance, using=None, **kwargs):
    if _is_content(instance):
        _on_change(instance, lambda: "delete", False, using)


def _is_content(instance):
    from .models import ContentModel

    return isinstance(instance, ContentModel)


def _on_change(instance, get_action, created, using):
    keys = get_object_keys(f"{type(instance).__name__}.obj_key", instance)
    try:
        change = _create_change(instance, keys, get_action(), created)
    except Exception:
        # The row is already saved. A mistake in the message must not keep the old content in caches.
        after_commit(Change(tuple(keys), ()), using)
        raise
    after_commit(change, using)


def _create_change(instance, keys, action, created):
    comes_or_goes = created or action != "save"
    also = get_object_keys("content_collections", instance.content_collections()) if comes_or_goes else []
    messages = tuple((key, serialize_message(key, action, **instance.content_message())) for key in keys)
    # Deleted or unpublished content must disappear at once, so it is expired and not refreshed.
    refresh = _is_refreshed(instance) and action in ("save", "publish")
    return Change((*keys, *also), messages, refresh)


def _is_refreshed(instance):
    mode = instance.content_cache_on_save
    if mode not in ("expire", "refresh"):
        name = type(instance).__name__
        message = f"{name}.content_cache_on_save must be 'expire' or 'refresh', but is {mode!r}."
        raise with_code("CC_INVALID_OPTIONS", ValueError(message))
    return mode == "refresh"
