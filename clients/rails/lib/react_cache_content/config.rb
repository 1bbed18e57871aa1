# frozen_string_literal: true

require "react_cache_content/errors"
require "react_cache_content/keys"
require "react_cache_content/protocol_gen"
require "react_cache_content/redis_url"

module ReactCacheContent
  # Settings. The namespace, the prefixes, the channel and the retention must be the same as on the Next site.
  class Config
    # URL of the Redis: `redis://…`, `rediss://…` or `unix:///…`.
    attr_accessor :url
    # Separates sites on one Redis.
    attr_accessor :namespace
    # Prefixes of the index, which all programs on the Redis share.
    attr_accessor :object_prefix, :reverse_prefix
    # Channel of the messages.
    attr_accessor :channel
    # Seconds after which a command counts as failed.
    attr_accessor :timeout
    # Seconds for which expiries are remembered: the longest that a render may take.
    attr_accessor :retention
    # Seconds until a fragment is dropped even if nothing expires it.
    attr_accessor :max_age
    # Larger fragments are not stored.
    attr_accessor :max_bytes
    # Further options for `Redis.new`, such as `sentinels` or `ssl_params`.
    attr_accessor :redis_options
    # `false` without a Redis, as in unit tests. Nothing is cached, expired or published then.
    attr_accessor :enabled
    attr_writer :logger

    def initialize
      @url = ENV["CONTENT_CACHE_REDIS_URL"]
      @namespace = Protocol::DEFAULT_NAMESPACE
      @object_prefix = Protocol::DEFAULT_OBJECT_PREFIX
      @reverse_prefix = Protocol::DEFAULT_REVERSE_PREFIX
      @channel = Protocol::DEFAULT_CHANNEL
      @timeout = Protocol::COMMAND_TIMEOUT_MS / 1000.0
      @retention = Protocol::RETENTION_MS / 1000
      @max_age = Protocol::MAX_ENTRY_AGE_MS / 1000
      @max_bytes = Protocol::MAX_ENTRY_BYTES
      @redis_options = {}
      @enabled = true
    end

    def retention_ms
      (retention.to_f * 1000).ceil
    end

    def keys
      Keys.new(namespace: namespace, object_prefix: object_prefix, reverse_prefix: reverse_prefix)
    end

    def logger
      @logger || (defined?(::Rails.logger) && ::Rails.logger) || Config.fallback_logger
    end

    def self.fallback_logger
      @fallback_logger ||= Logger.new($stderr, level: Logger::WARN)
    end

    # @raise [ConfigurationError]
    def validate!
      unless url.nil? || RedisUrl.valid?(url)
        fail_for(:url, "must look like redis://host:6379, rediss://host:6379/1 or unix:///path/of/socket")
      end
      %i[namespace object_prefix reverse_prefix channel].each { |name| check_text(name) }
      check_prefixes
      check_number(:timeout, 0.001..60, "a number of seconds up to 60")
      check_number(:retention, 0.001..86_400, "a number of seconds up to a day")
      check_number(:max_age, 0.001..Float::MAX, "a number of seconds above 0")
      check_number(:max_bytes, 1..512 * 1024 * 1024, "a number of bytes up to 512 MiB")
      fail_for(:redis_options, "must be a Hash") unless redis_options.is_a?(Hash)
      fail_for(:enabled, "must be true or false") unless [true, false].include?(enabled)
      self
    end

    def inspect
      "#<#{self.class} namespace=#{namespace.inspect} url=#{url ? '(set)' : '(not set)'}>"
    end

    private

    def check_text(name)
      value = public_send(name)
      return if value.is_a?(String) && !value.empty? && value.encode(Encoding::UTF_8).valid_encoding?

      fail_for(name, "must be a non-empty String, but is #{value.class == String ? value.inspect : value.class}")
    rescue EncodingError
      fail_for(name, "must be a String in UTF-8")
    end

    # Ensures that no key of one kind looks like a key of another kind, whatever the names of objects and fragments.
    def check_prefixes
      if overlap?(object_prefix, reverse_prefix)
        fail_for(:reverse_prefix, "must not begin with object_prefix, or be the beginning of it")
      end
      families, fixed_keys = keys.list_reserved
      %i[object_prefix reverse_prefix].each do |name|
        prefix = public_send(name)
        is_reserved = families.any? { |family| overlap?(family, prefix) } ||
                      fixed_keys.any? { |key| key.start_with?(prefix) }
        next unless is_reserved

        fail_for(name, "must keep the keys of the index apart from the cache's own keys, such as #{fixed_keys.first}")
      end
    end

    def overlap?(one, other)
      one.start_with?(other) || other.start_with?(one)
    end

    def check_number(name, range, what)
      value = public_send(name)
      return if (value.is_a?(Numeric) || defined?(ActiveSupport::Duration) && value.is_a?(ActiveSupport::Duration)) &&
                range.cover?(value.to_f)

      fail_for(name, "must be #{what}, but is #{value.inspect}")
    end

    def fail_for(name, fault)
      raise ConfigurationError, "ReactCacheContent: #{name} #{fault}."
    end
  end
end
