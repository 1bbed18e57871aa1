from .fill import get_current_fill
from .object_keys import get_object_keys


def register_content(*objs):
    """Makes the cached blocks around the caller depend on these objects. Outside any block it has no effect.

    Raises TypeError for an argument that is not an object.
    """
    keys = get_object_keys("register_content", *objs)
    fill = get_current_fill()
    if fill is not None:
        fill.add(keys)
