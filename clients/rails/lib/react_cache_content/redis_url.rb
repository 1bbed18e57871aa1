# frozen_string_literal: true

require "uri"

module ReactCacheContent
  # Checks the URL of a Redis. Errors must not show the URL, because it may contain a password.
  module RedisUrl
    def self.valid?(text)
      return false unless text.is_a?(String)
      return true if text.match?(%r{\A(unix://)?/.})

      uri = URI.parse(text)
      %w[redis rediss].include?(uri.scheme) && !uri.host.to_s.empty?
    rescue URI::InvalidURIError
      false
    end
  end
end
