import threading
import time

from .protocol_gen import BREAKER_FAILURES, BREAKER_PROBE_AFTER_MS


class Breaker:
    """After a few failures in a row nobody waits for Redis any more, except one a second who tries it."""

    PROBE_AFTER = BREAKER_PROBE_AFTER_MS / 1000

    def __init__(self):
        self._lock = threading.Lock()
        self._failures = 0
        self._probe_at = 0.0

    def allows(self):
        with self._lock:
            if self._failures < BREAKER_FAILURES:
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
            return self._failures == BREAKER_FAILURES
