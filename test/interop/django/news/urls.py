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
    """Reads before it renders, as views do; another edit may come between."""
    found = Story.objects.get(pk=pk)
    if "edit" in request.GET:
        Story.objects.filter(pk=pk).update(headline=request.GET["edit"])
        expire_obj(found)
    return HttpResponse(engines["django"].from_string(BLOCK).render({"story": found}))


urlpatterns = [path("story/<int:pk>/", story)]
