# frozen_string_literal: true

require "react_cache_content/protocol_gen"

module ReactCacheContent
  # Bounds the delay of pages while Redis is down. After several consecutive failures, callers no longer wait for Redis.
  # One caller per second tests whether it is up again.
  class Breaker
    PROBE_AFTER = Protocol::BREAKER_PROBE_AFTER_MS / 1000.0
    private_constant :PROBE_AFTER

    def initialize
      @lock = Mutex.new
      @failures = 0
      @probe_at = 0.0
    end

    # @raise [RedisUnavailable] immediately, while Redis counts as down
    def run
      raise RedisUnavailable, "Redis has failed several times in a row." unless admit?

      begin
        result = yield
      rescue RedisUnavailable
        record_failure
        raise
      rescue StandardError
        # A server that refuses a command is reachable.
        record_success
        raise
      end
      record_success
      result
    end

    private

    def admit?
      @lock.synchronize do
        next true if @failures < Protocol::BREAKER_FAILURES
        next false if now < @probe_at

        @probe_at = now + PROBE_AFTER
        true
      end
    end

    def record_failure
      @lock.synchronize do
        @failures += 1
        @probe_at = now + PROBE_AFTER
      end
    end

    def record_success
      @lock.synchronize { @failures = 0 }
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
