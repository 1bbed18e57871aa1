from django import template

from ..fragments import cache_content as render_cached
from ..register import register_content as register_objects

register = template.Library()


@register.tag("cache_content")
def cache_content(parser, token):
    """`{% cache_content timeout name vary… %}…{% endcache_content %}`.

    The timeout is in seconds. With 0 the block is kept until it is expired.
    """
    tag, *arguments = token.split_contents()
    if len(arguments) < 2:
        raise template.TemplateSyntaxError(
            f'{tag!r} needs a timeout and a name, as in {{% {tag} 300 "sidebar" %}}. With 0 the block has no end.'
        )
    block = parser.parse(("endcache_content",))
    parser.delete_first_token()
    timeout, name, *vary = map(parser.compile_filter, arguments)
    return CacheContentNode(block, timeout, name, vary)


@register.tag("register_content")
def register_content(parser, token):
    """`{% register_content obj… %}`. The cached blocks around the tag depend on these objects."""
    tag, *arguments = token.split_contents()
    if not arguments:
        raise template.TemplateSyntaxError(f"{tag!r} needs an object, as in {{% {tag} story %}}.")
    return RegisterContentNode([parser.compile_filter(argument) for argument in arguments])


class CacheContentNode(template.Node):
    def __init__(self, nodelist, timeout, name, vary):
        # Django requires this name for inner nodes.
        self.nodelist = nodelist
        self.timeout = timeout
        self.name = name
        self.vary = vary

    def render(self, context):
        vary = [value.resolve(context) for value in self.vary]
        # The arguments are resolved before the block is rendered, because the block may change the context.
        return render_cached(
            self.name.resolve(context),
            vary,
            self.timeout.resolve(context),
            lambda: self.nodelist.render(context),
        )


class RegisterContentNode(template.Node):
    def __init__(self, objs):
        self.objs = objs

    def render(self, context):
        register_objects(*(obj.resolve(context) for obj in self.objs))
        return ""
