"""Errors have a `code`, which is the same in every program. The npm package react-cache-content has a page for each."""


class ContentCacheError(Exception):
    """Redis did not accept an expiry, a refresh or a message, so pages may show old content.

    `code` is CC_EXPIRE_FAILED or CC_PUBLISH_FAILED. `keys` are the keys of the affected objects.
    """

    def __init__(self, message, keys=(), code="CC_EXPIRE_FAILED"):
        super().__init__(message)
        self.keys = tuple(keys)
        self.code = code

    def __str__(self):
        return _append_code(super().__str__(), self.code)


def with_code(code, error):
    """Adds the attribute `code` to an error of Python or Django, and the code and its page to its message."""
    error.code = code
    error.args = (_append_code(error.args[0], code), *error.args[1:])
    return error


def _append_code(message, code):
    return f"{message} [{code}, see docs/errors/{code}.md in the npm package react-cache-content]"
