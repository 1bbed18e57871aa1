# frozen_string_literal: true

require "react_cache_content/protocol_gen"

module ReactCacheContent
  # For what must not be lost: tries again for about a second, then raises.
  module Retries
    # Seconds before each further try: it must get through, and must not hold its caller for long.
    RETRY_DELAYS = Protocol::RETRY_DELAYS_MS.map { |milliseconds| milliseconds / 1000.0 }.freeze

    # @param retry_delays seconds before each further try; none for a single one
    # @raise [DeliveryError]
    def self.with_retries(what, logger, retry_delays: RETRY_DELAYS)
      attempts = 0
      begin
        attempts += 1
        yield
      rescue RedisUnavailable, RedisRefused => error
        if attempts <= retry_delays.size
          sleep retry_delays[attempts - 1]
          retry
        end
        message = "#{what} failed: #{error.message} (tried #{attempts} times). " \
                  "Pages may show old content until it is done again."
        logger.error("ReactCacheContent: #{message}")
        raise DeliveryError, message
      end
    end
  end
end
