import threading
import time

from .protocol_gen import BREAKER_FAILURES, BREAKER_PROBE_AFTER_MS


class Breaker:
    """Bounds the delay of pages while Redis is down. After several consecutive failures, callers no longer wait for
    Redis. One caller per second tests whether it is up again.
    """

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
        """Returns whether Redis counts as down since this failure."""
        with self._lock:
            self._failures += 1
            self._probe_at = time.monotonic() + self.PROBE_AFTER
            return self._failures == BREAKER_FAILURES
