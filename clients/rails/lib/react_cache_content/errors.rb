# frozen_string_literal: true

module ReactCacheContent
  class Error < StandardError; end

  # A setting that cannot work. Says which, and never shows a URL, for there may be a password in it.
  class ConfigurationError < Error; end

  # An expiry, a refresh or a message that Redis did not take after several tries: pages may go on showing the
  # old content, so the caller must know.
  class DeliveryError < Error; end

  # Redis could not be asked. Views never see it: they render uncached.
  class RedisUnavailable < Error; end

  # Redis answered, and refused: it is full, or its user may not do this.
  class RedisRefused < Error; end
end
