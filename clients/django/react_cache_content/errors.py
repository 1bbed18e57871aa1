"""Errors carry `code`, the name that the same error has in every program. docs/errors has a page for each code."""


class ContentCacheError(Exception):
    """Redis did not accept an expiry, a refresh or a message, so pages may show old content.

    `code` is CC_EXPIRE_FAILED or CC_PUBLISH_FAILED. `keys` are the keys of the objects concerned.
    """

    def __init__(self, message, keys=(), code="CC_EXPIRE_FAILED"):
        super().__init__(message)
        self.keys = tuple(keys)
        self.code = code

    def __str__(self):
        return f"{super().__str__()} [{self.code}]"


def with_code(code, error):
    """Gives an error of Python or Django the attribute `code`, and shows the code in its message."""
    error.code = code
    error.args = (f"{error.args[0]} [{code}]", *error.args[1:])
    return error
