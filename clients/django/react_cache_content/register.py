from .capture import current_fill
from .object_keys import object_keys


def register_content(*objs):
    """Says that the cached blocks around the caller show these objects; of no effect outside any.

    Raises TypeError for what is no object.
    """
    keys = object_keys("register_content", *objs)
    fill = current_fill()
    if fill is not None:
        fill.add(keys)
