# frozen_string_literal: true

require "uri"

module ReactCacheContent
  # Whether a text can be the address of a Redis. Never shown in an error, for it may hold a password.
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
