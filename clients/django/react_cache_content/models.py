from django.db import models


class ContentModel(models.Model):
    """A model whose rows are content objects.

    After the commit of a save or deletion, every cache that shows the row is expired, in Django and in React. A message
    about the change is published.

    `QuerySet.update()` and the bulk operations send no signals. Call `content_changed` after them.
    """

    #: The mode of a save: `expire` or `refresh`. With `refresh`, React fragments are shown until they are replaced.
    content_cache_on_save = "expire"

    class Meta:
        abstract = True

    def obj_key(self):
        """Returns `<app_label>/<model_name>:<pk>`. All programs on this Redis must use the same key for the object."""
        if self.pk is None:
            raise ValueError("it has not been saved, so it has no key")
        return f"{self.obj_type()}:{self.pk}"

    @classmethod
    def obj_type(cls):
        # Rows of a proxy model are rows of its concrete model.
        meta = cls._meta.concrete_model._meta
        return f"{meta.app_label}/{meta.model_name}"

    def content_collections(self):
        """Returns the keys of the lists that change when the object appears or disappears."""
        return [f"{self.obj_type()}:new"]

    def content_action(self, created):
        """Returns the action of a save: `save`, `publish` or `unpublish`."""
        return "save"

    def content_message(self):
        """Returns further fields of the message, such as `status`."""
        return {}
