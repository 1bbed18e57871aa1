# frozen_string_literal: true

module ReactCacheContent
  # For what must not be lost: tries again for about a second, then raises.
  module Persistence
    # Seconds before each further try: it must get through, and must not hold its caller for long.
    PAUSES = [0.02, 0.06, 0.18, 0.54].freeze

    # @param pauses seconds before each further try; none for a single one
    # @raise [DeliveryError]
    def self.deliver(what, logger, pauses: PAUSES)
      tried = 0
      begin
        tried += 1
        yield
      rescue RedisUnavailable, RedisRefused => error
        if tried <= pauses.size
          sleep pauses[tried - 1]
          retry
        end
        message = "#{what} failed: #{error.message} (tried #{tried} times). " \
                  "Pages may show old content until it is done again."
        logger.error("ReactCacheContent: #{message}")
        raise DeliveryError, message
      end
    end
  end
end
