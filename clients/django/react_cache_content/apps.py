from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured


class ReactCacheContentConfig(AppConfig):
    name = "react_cache_content"
    verbose_name = "Content cache"

    def ready(self):
        from . import receivers, tokens

        tokens.follow_requests()
        receivers.connect()
        checks.register(check_settings, checks.Tags.caches)


def check_settings(app_configs, **kwargs):
    """Reports an invalid setting when the site is checked, before it serves its first page."""
    from .conf import get_settings

    try:
        get_settings()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="react_cache_content.E001")]
    return []
