# frozen_string_literal: true

require "securerandom"
require "react_cache_content/token"

module ReactCacheContent
  # Reads, in one call, the current clock of expiries and the clock at the moment when the reader began.
  #
  # The server subtracts an age from the moment at which it executes the script. This moment is later than the moment of
  # sending, by at most the duration of the call. So the call passes the age with several margins. The result is the
  # clock for the smallest margin that the duration did not exceed.
  class ClockQuery
    MARGINS_MS = [5, 50, 500].freeze

    def initialize(keys, config, started_at)
      @keys = keys
      @config = config
      @started_at = started_at
    end

    # @return the keys and the arguments of the script
    def build_call
      @sent = now
      names = [@keys.epoch, @keys.clock, @keys.log, @keys.fence]
      [names, [SecureRandom.uuid, @config.retention_ms, *ages]]
    end

    # The token for the moment of the call.
    def parse_current_token((epoch, clock))
      Token.new(epoch, clock)
    end

    # The token for the moment when the reader began.
    def parse_token(reply)
      epoch, _clock, _time, *clocks = reply
      return parse_current_token(reply) unless @started_at

      elapsed_ms = to_milliseconds(now - @sent)
      margin_index = MARGINS_MS.index { |margin| elapsed_ms <= margin }
      # A slower reply gives no bound, so the token has the first value of the clock, 0.
      Token.new(epoch, margin_index ? clocks[margin_index] : 0)
    end

    private

    def ages
      return [] unless @started_at

      age = to_milliseconds(@sent - @started_at)
      MARGINS_MS.map { |margin| (age + margin).ceil }
    end

    def to_milliseconds(seconds)
      seconds * 1000
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
