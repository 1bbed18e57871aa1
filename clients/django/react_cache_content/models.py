from django.db import models


class ContentModel(models.Model):
    """A model whose rows are content objects: when one is saved or deleted, and the transaction committed, every
    cache that shows it goes, in Django and in React, and a message tells the other programs.

    `QuerySet.update()` and the bulk operations send no signals; call `content_changed` with them.
    """

    #: `expire`, or `refresh`: React fragments are shown until they are replaced, when an object is saved.
    content_cache_on_save = "expire"

    class Meta:
        abstract = True

    def obj_key(self):
        """`<app_label>/<model_name>:<pk>`, as every program on this Redis calls the object."""
        if self.pk is None:
            raise ValueError("it has not been saved, so it has no key")
        return f"{self.obj_type()}:{self.pk}"

    @classmethod
    def obj_type(cls):
        # Rows of a proxy are rows of the model behind it.
        meta = cls._meta.concrete_model._meta
        return f"{meta.app_label}/{meta.model_name}"

    def content_collections(self):
        """Keys of the lists that must change when the object comes or goes."""
        return [f"{self.obj_type()}:new"]

    def content_action(self, created):
        """What a save means: `save`, `publish` or `unpublish`."""
        return "save"

    def content_message(self):
        """Further fields of the message, such as `status`."""
        return {}
