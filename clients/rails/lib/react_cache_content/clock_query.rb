# frozen_string_literal: true

require "securerandom"
require "react_cache_content/token"

module ReactCacheContent
  # One question to the server of how the counter of expiries stands, and how it stood when the reader began.
  #
  # The server counts back from the moment at which it is asked, which is later than the one at which the question
  # was sent: at most by as long as the reply took. So it is told ages with several margins, and the narrowest counts
  # that has held.
  class ClockQuery
    # Milliseconds.
    MARGINS = [5, 50, 500].freeze

    def initialize(keys, config, started_at)
      @keys = keys
      @config = config
      @started_at = started_at
    end

    # Keys and arguments of the script.
    def call
      @sent = now
      names = [@keys.epoch, @keys.clock, @keys.log, @keys.fence]
      [names, [SecureRandom.uuid, @config.retention.to_i, *ages]]
    end

    # Of the moment at which it was asked.
    def parse_current_token((epoch, clock))
      Token.new(epoch, clock)
    end

    # Of the moment at which the reader began.
    def parse_token(reply)
      epoch, _clock, _time, *clocks = reply
      return parse_current_token(reply) unless @started_at

      elapsed_ms = milliseconds(now - @sent)
      margin_index = MARGINS.index { |margin| elapsed_ms <= margin }
      # Of a reply that took longer nothing is known but that the counter began at 0.
      Token.new(epoch, margin_index ? clocks[margin_index] : 0)
    end

    private

    def ages
      return [] unless @started_at

      age = milliseconds(@sent - @started_at)
      MARGINS.map { |margin| (age + margin).ceil }
    end

    def milliseconds(seconds)
      seconds * 1000
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
