"""A small Django site. Reads a line of JSON for each command, and answers with a line of JSON.

    {"id": 1, "command": "saveStory", "args": {"id": 1, "headline": "A"}}
    {"id": 1, "value": null}
    {"id": 1, "error": {"type": "TypeError", "message": "…", "keys": [], "code": null}}
"""

import json
import logging
import os
import sys
import threading
import traceback
from datetime import date, datetime
from decimal import Decimal
from unittest import mock
from uuid import UUID

import django
from django.conf import settings

# The output of a command must not be read as an answer.
answers, sys.stdout = sys.stdout, sys.stderr
options = json.loads(os.environ["DJANGO_DRIVER"])
settings.configure(
    SECRET_KEY="a key that signs nothing",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="news.urls",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "react_cache_content", "news"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": options["database"]}},
    CACHES={"default": {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": options["redisUrl"]}},
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [os.path.join(os.path.dirname(__file__), "templates")],
            "OPTIONS": {"libraries": {"seed": "seed"}},
        }
    ],
    CONTENT_CACHE={"URL": options["redisUrl"], "NAMESPACE": options["namespace"], **options["contentCache"]},
)
django.setup()

import race  # noqa: E402
import react_cache_content as content  # noqa: E402
import redis  # noqa: E402
import seed  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.checks import run_checks  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.template import engines  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.utils.functional import lazystr  # noqa: E402
from django.utils.safestring import SafeString  # noqa: E402
from news.models import Author, Story  # noqa: E402
from react_cache_content import rebuild  # noqa: E402
from react_cache_content.fragment_key import create_fragment_key  # noqa: E402
from react_cache_content.object_keys import get_object_keys  # noqa: E402
from react_cache_content.register import register_content  # noqa: E402

log_lines = []
commands = {}


class Log(logging.Handler):
    def emit(self, record):
        log_lines.append(f"{record.levelname} {record.getMessage()}")


logging.getLogger("react_cache_content").addHandler(Log())
seed_cache = seed.ContentCache(redis.Redis.from_url(options["redisUrl"]))


def command(function):
    name, *rest = function.__name__.split("_")
    commands[name + "".join(word.capitalize() for word in rest)] = function
    return function


class RollBack(Exception):
    pass


@command
def save_story(id, headline="", status="published", author=None, inTransaction=False, rollback=False, savepoint=False):
    """In a transaction, answers with the caches that are stored just before the commit."""

    def save():
        story = Story.objects.filter(pk=id).first() or Story(pk=id)
        story.headline, story.status, story.author_id = headline, status, author
        story.save()

    if not (inTransaction or rollback or savepoint):
        return save()
    try:
        with transaction.atomic():
            if savepoint:
                try:
                    with transaction.atomic():
                        save()
                        raise RollBack
                except RollBack:
                    return None
            save()
            if rollback:
                raise RollBack
            names = [name for kind in ("frag", "django") for name in seed_cache.redis.scan_iter(f"cc:{kind}:*")]
            return sorted(name.decode() for name in names)
    except RollBack:
        return None


@command
def save_story_while(unanswered, **story):
    """Saves a story while one of the scripts that queue routes gets no reply."""
    fault = redis.exceptions.TimeoutError("no answer")
    with mock.patch.object(rebuild, unanswered, side_effect=fault):
        save_story(**story)


@command
def save_stories(ids, headline, apart=False):
    with transaction.atomic():
        for id in ids:
            if apart:
                with transaction.atomic():
                    Story(pk=id, headline=headline).save()
            else:
                Story(pk=id, headline=headline).save()


@command
def save_author(id, name):
    Author(pk=id, name=name).save()


@command
def delete_author(id):
    Author.objects.filter(pk=id).delete()


@command
def delete_story(id):
    Story.objects.get(pk=id).delete()


@command
def update_stories(headline, ids):
    with transaction.atomic():
        Story.objects.filter(pk__in=ids).update(headline=headline)
        content.content_changed(Story.objects.filter(pk__in=ids), also=["news/story:new"])


@command
def render_template(name, context=None):
    return engines["django"].get_template(name).render(resolve_markers(context or {}))


@command
def render_string(template, context=None):
    source = engines["django"].from_string("{% load content_cache seed %}" + template)
    return source.render(resolve_markers(context or {}))


@command
def render_in_uncommitted(template, context=None, id=1, headline="never"):
    """Renders in a transaction that has saved a story and is rolled back."""
    try:
        with transaction.atomic():
            save_story(id, headline)
            html = render_string(template, context)
            raise RollBack
    except RollBack:
        return html


@command
def render_beside_hook(template, id=None):
    """Renders in a transaction with a hook of the site. With an id, the transaction saves a story too."""
    ran = []
    with transaction.atomic():
        transaction.on_commit(lambda: ran.append("hook"))
        if id is not None:
            save_story(id, "A")
        html = render_string(template)
    return {"html": html, "ran": ran}


@command
def render_with(contentCache, template, context=None):
    """Renders with settings that override the site's."""
    with override_settings(CONTENT_CACHE={**settings.CONTENT_CACHE, **contentCache}):
        return render_string(template, context)


@command
def render_in_reading(template, expire):
    """Renders outside a request, with an expiry between the start of `reading` and the block."""
    with content.reading():
        context = {"n": "read before"}
        content.expire_obj(expire)
        return render_string(template, context)


@command
def render_in_threads(templates, context=None):
    """Renders each template in its own thread. `{{ meet }}` waits until every thread has reached it."""
    barrier = threading.Barrier(len(templates), timeout=30)
    htmls = [None] * len(templates)

    def meet():
        barrier.wait()
        return ""

    def run(index, template):
        source = engines["django"].from_string("{% load content_cache %}" + template)
        htmls[index] = source.render({**(context or {}), "meet": meet})

    threads = [threading.Thread(target=run, args=each) for each in enumerate(templates)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return htmls


def resolve_markers(context):
    """Replaces markers in the values of a context.

    `{"$story": 1}` becomes a story, and `{"$stories": [1, 2]}` a query. The other markers become functions, which a
    template calls where it shows them: `{"$expire": key}` expires the object.
    """

    def resolve(value):
        if not isinstance(value, dict):
            return value
        ((kind, argument),) = value.items()
        if kind == "$story":
            return Story.objects.get(pk=argument)
        if kind == "$stories":
            return Story.objects.filter(pk__in=argument)
        if kind == "$expire":
            return lambda: "" if content.expire_obj(argument) is None else ""
        if kind == "$lose":
            return lambda: "" if seed_cache.redis.set(argument, "another") else ""
        if kind == "$raise":
            return lambda: 1 / 0
        if kind == "$rescue":
            return lambda: render_and_rescue(argument, context)
        if kind == "$value":
            return lambda: content.get(argument)
        raise KeyError(kind)

    return {**{name: resolve(value) for name, value in context.items()}, "seed_cache": seed_cache}


def render_and_rescue(template, context):
    """Catches the error of a template, as a tag of the site may do."""
    try:
        return render_string(template, {name: value for name, value in context.items() if name != "rescued"})
    except ZeroDivisionError:
        return "failed"


@command
def visit(path):
    response = Client().get(path)
    return {"status": response.status_code, "text": response.content.decode()}


@command
def cached_in_view(name, vary, html, safe=True, registers=()):
    """Answers with the result of `cache_content`, and how often it rendered."""
    renders = []

    def render():
        renders.append(1)
        register_content(*registers)
        return SafeString(html) if safe and isinstance(html, str) else html

    html_shown = content.cache_content(name, vary, 0, render)
    return {"html": html_shown, "renders": len(renders), "safe": isinstance(html_shown, SafeString)}


@command
def cache_get(key):
    return cache.get(key)


@command
def cache_set(key, value, timeout=None):
    cache.set(key, value, timeout)


@command
def cache_name(key):
    """Answers with the key in Redis that Django's cache uses for a key."""
    return cache.make_key(key)


@command
def content_get(key):
    return content.get(key)


@command
def content_set(key, value, objs=(), timeout=None, expireFirst=None):
    token = content.take_token()
    if expireFirst is not None:
        content.expire_obj(expireFirst)
    return content.set(key, value, objs, timeout, token)


@command
def content_set_with_no_token(key, value, objs):
    return content.set(key, value, objs, token=None)


@command
def content_set_without_token(key, value, objs):
    return content.set(key, value, objs)


@command
def expire_obj(obj):
    return content.expire_obj(obj)


@command
def refresh_obj(obj):
    return content.refresh_obj(obj)


@command
def publish(obj, action="save", status=None, fields=None):
    content.publish_content(obj, action, status, **(fields or {}))


@command
def get_keys(obj):
    return get_object_keys("test", obj)


class Carrier:
    def __init__(self, **fields):
        self.__dict__.update(fields)


@command
def get_keys_of_carriers():
    """Takes the keys of objects that JSON cannot hold."""
    story = Story(pk=7)
    by_method = Carrier(obj_key=lambda: "a:method")
    carriers = (Carrier(obj_key="a:1"), Carrier(objKey="a:2"), by_method)
    return get_object_keys("test", *carriers, story, ({"obj_key": "a:3"},))


@command
def get_keys_of_invalid(kind):
    invalid = {
        "unsaved": Story(),
        "class": Story,
        "number": 7,
        "true": True,
        "bytes": b"a",
        "long": "é" * 1025,
        "control": "a\nb",
        "surrogate": "a\ud800",
        "empty": "",
        "deep": [[[[[[[[["a"]]]]]]]]],
    }
    return get_object_keys("test", invalid[kind])


@command
def create_fragment_keys(pairs):
    return [create_fragment_key(name, vary) for name, vary in pairs]


@command
def create_fragment_keys_of_types():
    """Creates keys of values that JSON cannot hold, and of JSON values that resemble them."""
    values = [
        date(2026, 1, 2),
        datetime(2026, 1, 2),
        "2026-01-02",
        {"@date": "2026-01-02"},
        Decimal("1.5"),
        Decimal("1.50"),
        1.5,
        {"@Decimal": "1.5"},
        UUID(int=1),
        str(UUID(int=1)),
        {"day": date(2026, 1, 2)},
    ]
    return [create_fragment_key("a", [value]) for value in values]


@command
def create_fragment_key_of_lazy(text):
    return create_fragment_key("a", [lazystr(text)])


@command
def create_invalid_fragment_key():
    return create_fragment_key("a", [Story(pk=1)])


@command
def get_traceback_of_settings(contentCache):
    try:
        with override_settings(CONTENT_CACHE=contentCache):
            content.get("k")
    except Exception:
        return traceback.format_exc()


@command
def check_settings(contentCache, environment=None):
    with override_settings(CONTENT_CACHE=contentCache), mock.patch.dict(os.environ, environment or {}):
        return [error.msg for error in run_checks(tags=["caches"])]


@command
def seed_set(key, value, objs):
    seed_cache.set(key, value, objs)


@command
def seed_get(key):
    return seed_cache.get(key)


@command
def seed_expire(obj):
    seed_cache.expire_obj(obj)


@command
def take_logs():
    lines = log_lines[:]
    log_lines.clear()
    return lines


command(race.edit_while_others_render)


def main():
    call_command("migrate", run_syncdb=True, verbosity=0)
    print(json.dumps({"id": 0, "value": "ready"}), file=answers, flush=True)
    for line in sys.stdin:
        call = json.loads(line)
        try:
            answer = {"value": commands[call["command"]](**call["args"])}
        except Exception as error:
            keys, code = list(getattr(error, "keys", ())), getattr(error, "code", None)
            answer = {"error": {"type": type(error).__name__, "message": str(error), "keys": keys, "code": code}}
        print(json.dumps({"id": call["id"], **answer}), file=answers, flush=True)


main()
