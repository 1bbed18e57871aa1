from django.http import HttpResponse
from django.template import engines
from django.urls import path
from react_cache_content import expire_obj

from .models import Story

BLOCK = (
    "{% load content_cache %}{% cache_content 0 'view' %}{% register_content story %}{{ story.headline }}"
    "{% endcache_content %}"
)


def story(request, pk):
    """Reads before it renders, as views do. `?edit=` saves and expires the story in between."""
    loaded = Story.objects.get(pk=pk)
    if "edit" in request.GET:
        Story.objects.filter(pk=pk).update(headline=request.GET["edit"])
        expire_obj(loaded)
    return HttpResponse(engines["django"].from_string(BLOCK).render({"story": loaded}))


urlpatterns = [path("story/<int:pk>/", story)]
