"""Reads what Django's cache finds in Redis. In: JSON with a URL and names of caches. Out: JSON."""

import json
import pickle
import sys

import django
from django.conf import settings

asked = json.load(sys.stdin)
settings.configure(
    CACHES={
        'default': {'BACKEND': 'django_redis.cache.RedisCache', 'LOCATION': asked['url']},
        'compressing': {
            'BACKEND': 'django_redis.cache.RedisCache',
            'LOCATION': asked['url'],
            'OPTIONS': {'COMPRESSOR': 'django_redis.compressors.zlib.ZlibCompressor'},
        },
    },
    TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates'}],
)
django.setup()

from django.core.cache import cache, caches  # noqa: E402
from django.template import engines  # noqa: E402
from django_redis import get_redis_connection  # noqa: E402

raw = get_redis_connection()


def by_the_backend_of_django_4(key):
    """Its serializer, which 3.2 does not have yet: a number as it is, all else a pickle."""
    data = raw.get(key)
    if data is None:
        return None
    try:
        return int(data)
    except ValueError:
        return pickle.loads(data)


def shown(value):
    return None if value is None else {'type': type(value).__name__, 'value': value}


template = '{% load cache %}{% cache 600 sidebar %}rendered anew{% endcache %}'
json.dump(
    {
        'got': [shown(cache.get(name)) for name in asked['names']],
        'decompressed': [shown(caches['compressing'].get(name)) for name in asked['names']],
        'unpickled': [shown(by_the_backend_of_django_4(cache.make_key(name))) for name in asked['names']],
        'lifetimes': [cache.ttl(name) for name in asked['names']],
        'block': engines['django'].from_string(template).render(),
    },
    sys.stdout,
)
