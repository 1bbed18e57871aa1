# frozen_string_literal: true

require "monitor"
require "openssl"
require "redis"
require "socket"

module ReactCacheContent
  # One line to Redis for all threads of a process, opened on first use, and anew in a forked process.
  class Connection
    # Everything by which redis-rb tells that it could not ask.
    LOST = [::Redis::BaseConnectionError, SystemCallError, SocketError, IOError, OpenSSL::SSL::SSLError].freeze

    def initialize(config)
      @config = config
      @lock = Monitor.new
    end

    # @raise [RedisUnavailable, RedisRefused]
    def with
      yield redis
    rescue *LOST => error
      raise RedisUnavailable, "Redis does not answer: #{error.message}"
    rescue ::Redis::BaseError => error
      raise RedisRefused, "Redis refused: #{error.message}"
    end

    # The same line from the first command to the last: behind another may be a server that lacks the first.
    def pinned(&block)
      @lock.synchronize { with(&block) }
    end

    # The client of redis-rb itself.
    def redis
      @lock.synchronize do
        # Two processes on one socket would read each other's replies.
        @redis = nil if @pid != Process.pid
        @pid = Process.pid
        @redis ||= open
      end
    end

    private

    def open
      seconds = @config.timeout.to_f
      ::Redis.new(
        **@config.redis_options,
        **address,
        connect_timeout: seconds, read_timeout: seconds, write_timeout: seconds,
        # A line that was cut must be noticed: an expiry begins again on the new one.
        reconnect_attempts: 0
      )
    end

    def address
      url = @config.url
      return {} if url.nil? && @config.redis_options.key?(:sentinels)
      raise ConfigurationError, NO_URL if url.nil?

      url.match?(%r{\A(unix://)?/}) ? { path: url.delete_prefix("unix://") } : { url: url }
    end

    NO_URL = "ReactCacheContent does not know where Redis is: set CONTENT_CACHE_REDIS_URL, or c.url in " \
             "ReactCacheContent.configure; or c.enabled = false, where nothing shall be cached."
    private_constant :NO_URL
  end
end
