"""The caching of a Django program of 2012. It uses three kinds of keys: caches, sets of objects and reverse sets."""

from django import template

register = template.Library()


class ContentCache:
    def __init__(self, redis):
        self.redis = redis

    def get(self, key):
        html = self.redis.get(key)
        return None if html is None else html.decode("utf-8")

    def set(self, key, value, objs):
        self.redis.set(key, value)
        for obj in objs:
            self.redis.sadd("obj:%s" % obj, key)
            self.redis.sadd("sobj:%s" % key, "obj:%s" % obj)

    def expire_obj(self, obj):
        for cache in self.redis.smembers("obj:%s" % obj):
            reverse = b"sobj:" + cache
            self.redis.delete(cache)
            for listing in self.redis.smembers(reverse):
                self.redis.srem(listing, cache)
            self.redis.delete(reverse)


@register.tag("seed_cache_content")
def do_cache_content(parser, token):
    name = token.split_contents()[1]
    nodelist = parser.parse(("endseed_cache_content",))
    parser.delete_first_token()
    return SeedCacheNode(nodelist, name)


@register.tag("seed_register_content")
def do_register_content(parser, token):
    return SeedRegisterNode(parser.compile_filter(token.split_contents()[1]))


class SeedCacheNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist = nodelist
        self.name = name

    def render(self, context):
        cache = context["seed_cache"]
        html = cache.get(self.name)
        if html is None:
            # One list for all blocks of a template, because the program does not support nested blocks.
            context.render_context["seed_objs"] = []
            html = self.nodelist.render(context)
            cache.set(self.name, html, context.render_context["seed_objs"])
        return html


class SeedRegisterNode(template.Node):
    def __init__(self, obj):
        self.obj = obj

    def render(self, context):
        context.render_context["seed_objs"].append(self.obj.resolve(context))
        return ""
