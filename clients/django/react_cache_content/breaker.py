import threading
import time


class Breaker:
    """After a few failures in a row nobody waits for Redis any more, except one a second who tries it."""

    FAILURES = 3
    PROBE_AFTER = 1.0

    def __init__(self):
        self._lock = threading.Lock()
        self._failures = 0
        self._probe_at = 0.0

    def allows(self):
        with self._lock:
            if self._failures < self.FAILURES:
                return True
            now = time.monotonic()
            if now < self._probe_at:
                return False
            self._probe_at = now + self.PROBE_AFTER
            return True

    def record_success(self):
        with self._lock:
            self._failures = 0

    def record_failure(self):
        """Whether that was the failure after which Redis counts as down."""
        with self._lock:
            self._failures += 1
            self._probe_at = time.monotonic() + self.PROBE_AFTER
            return self._failures == self.FAILURES
