"""Errors have a `code`, which is the same in every program. docs/errors has a page for each code."""


class ContentCacheError(Exception):
    """Redis did not accept an expiry, a refresh or a message, so pages may show old content.

    `code` is CC_EXPIRE_FAILED or CC_PUBLISH_FAILED. `keys` are the keys of the affected objects.
    """

    def __init__(self, message, keys=(), code="CC_EXPIRE_FAILED"):
        super().__init__(message)
        self.keys = tuple(keys)
        self.code = code

    def __str__(self):
        return f"{super().__str__()} [{self.code}]"


def with_code(code, error):
    """Adds the attribute `code` to an error of Python or Django, and the code to its message."""
    error.code = code
    error.args = (f"{error.args[0]} [{code}]", *error.args[1:])
    return error
