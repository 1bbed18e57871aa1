"""Reads caches in Redis with Django's cache. Stdin has JSON with a URL and the names of caches. Stdout gets JSON."""

import json
import pickle
import sys

import django
from django.conf import settings

request = json.load(sys.stdin)
settings.configure(
    CACHES={
        'default': {'BACKEND': 'django_redis.cache.RedisCache', 'LOCATION': request['url']},
        'compressing': {
            'BACKEND': 'django_redis.cache.RedisCache',
            'LOCATION': request['url'],
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


def read_as_django_4(key):
    """Reads as Django's own backend of 4.0, which 3.2 lacks: an integer as it is, any other value as a pickle."""
    data = raw.get(key)
    if data is None:
        return None
    try:
        return int(data)
    except ValueError:
        return pickle.loads(data)


def describe(value):
    return None if value is None else {'type': type(value).__name__, 'value': value}


template = '{% load cache %}{% cache 600 sidebar %}rendered{% endcache %}'
json.dump(
    {
        'got': [describe(cache.get(name)) for name in request['names']],
        'decompressed': [describe(caches['compressing'].get(name)) for name in request['names']],
        'unpickled': [describe(read_as_django_4(cache.make_key(name))) for name in request['names']],
        'lifetimes': [cache.ttl(name) for name in request['names']],
        'block': engines['django'].from_string(template).render(),
    },
    sys.stdout,
)
