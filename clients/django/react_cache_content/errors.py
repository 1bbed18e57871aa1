class ContentCacheError(Exception):
    """Redis did not take what must not get lost. `keys` are the objects that it was about."""

    def __init__(self, message, keys=()):
        super().__init__(message)
        self.keys = tuple(keys)
