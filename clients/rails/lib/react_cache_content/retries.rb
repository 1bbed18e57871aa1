# frozen_string_literal: true

require "react_cache_content/errors"
require "react_cache_content/protocol_gen"

module ReactCacheContent
  # Repeats an operation that must not be lost, and raises when the last attempt has failed.
  module Retries
    # Seconds before each further attempt.
    RETRY_DELAYS = Protocol::RETRY_DELAYS_MS.map { |milliseconds| milliseconds / 1000.0 }.freeze

    # @param retry_delays seconds before each further attempt. Empty for a single attempt
    # @param code of the error
    # @raise [DeliveryError]
    def self.with_retries(what, logger, retry_delays: RETRY_DELAYS, code: DeliveryError::CODE)
      attempts = 0
      begin
        attempts += 1
        yield
      rescue RedisUnavailable, RedisRefused => error
        if attempts <= retry_delays.size
          sleep retry_delays[attempts - 1]
          retry
        end
        message = "#{what} failed after #{attempts} attempts: #{error.message}. " \
                  "Pages may show old content until it is repeated."
        logger.error("ReactCacheContent: #{message}")
        raise DeliveryError.new(message, code: code)
      end
    end
  end
end
