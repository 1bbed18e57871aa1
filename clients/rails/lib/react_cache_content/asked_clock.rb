# frozen_string_literal: true

require "securerandom"
require "react_cache_content/token"

module ReactCacheContent
  # One question to the server of how the counter of expiries stands, and how it stood when the reader began.
  #
  # The server counts back from the moment at which it is asked, which is later than the one at which the question
  # was sent: at most by as long as the reply took. So it is told two ages with a margin each, and the reply counts
  # whose margin has held.
  class AskedClock
    # Milliseconds; no reply takes longer than the timeout.
    SHORT_MARGIN = 5

    def initialize(keys, config, began)
      @keys = keys
      @config = config
      @began = began
    end

    # Keys and arguments of the script.
    def call
      @sent = now
      names = [@keys.epoch, @keys.clock, @keys.log, @keys.fence]
      [names, [SecureRandom.uuid, @config.retention.to_i, *ages]]
    end

    # Of the moment at which it was asked.
    def seen_in((epoch, clock))
      Token.new(epoch, clock)
    end

    # Of the moment at which the reader began.
    def token_in(reply)
      epoch, _clock, _time, soon, late = reply
      return seen_in(reply) unless @began

      Token.new(epoch, milliseconds(now - @sent) <= SHORT_MARGIN ? soon : late)
    end

    private

    def ages
      return [] unless @began

      age = milliseconds(@sent - @began)
      [age + SHORT_MARGIN, age + milliseconds(longest)].map(&:ceil)
    end

    # Connecting, sending and receiving may take a timeout each.
    def longest
      3 * @config.timeout.to_f
    end

    def milliseconds(seconds)
      seconds * 1000
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
