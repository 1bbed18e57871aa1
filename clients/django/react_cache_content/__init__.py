"""Nested fragment caching for Django, in one index with the fragments of a React site on the same Redis.

`ContentModel` is in `react_cache_content.models`, because models cannot be defined before Django has loaded its apps.
"""

from .changes import content_changed
from .errors import ContentCacheError
from .expiry import expire_obj, refresh_obj
from .fragments import cache_content
from .messages import publish_content
from .register import register_content
from .tokens import reading, take_token
from .values import get, set  # noqa: A004

__all__ = [
    "ContentCacheError",
    "cache_content",
    "content_changed",
    "expire_obj",
    "get",
    "publish_content",
    "reading",
    "refresh_obj",
    "register_content",
    "set",
    "take_token",
]
