from django.db import models
from react_cache_content.models import ContentModel


class Author(ContentModel):
    name = models.TextField()
    content_cache_on_save = "refresh"


class Story(ContentModel):
    headline = models.TextField()
    status = models.TextField(default="published")
    author = models.ForeignKey(Author, null=True, on_delete=models.CASCADE)

    class Meta:
        ordering = ["pk"]

    def content_action(self, created):
        before = self.__dict__.get("status_before", self.status)
        if before == self.status:
            return "save"
        return "publish" if self.status == "published" else "unpublish"

    def content_message(self):
        return {"status": self.status}

    @classmethod
    def from_db(cls, *args):
        story = super().from_db(*args)
        story.status_before = story.status
        return story
