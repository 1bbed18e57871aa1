# frozen_string_literal: true

require "monitor"
require "openssl"
require "redis"
require "socket"

module ReactCacheContent
  # One connection to Redis for all threads of a process. It is opened on first use, and again in a forked process.
  class Connection
    # All errors that redis-rb raises when it cannot reach the server.
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
      raise RedisRefused, "Redis refused a command: #{error.message}"
    end

    # Uses one connection for all commands. Another connection may lead to a server that lacks the effect of the first
    # command.
    def with_pinned(&block)
      @lock.synchronize { with(&block) }
    end

    # The client of redis-rb.
    def redis
      @lock.synchronize do
        # Two processes that share a socket would read each other's replies.
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
        # A lost connection must raise, because an expiry starts again on the new connection.
        reconnect_attempts: 0
      )
    end

    def address
      url = @config.url
      return {} if url.nil? && @config.redis_options.key?(:sentinels)
      raise ConfigurationError, NO_URL if url.nil?

      url.match?(%r{\A(unix://)?/}) ? { path: url.delete_prefix("unix://") } : { url: url }
    end

    NO_URL = "ReactCacheContent has no Redis URL. Set CONTENT_CACHE_REDIS_URL, or c.url in " \
             "ReactCacheContent.configure, or c.enabled = false to cache nothing."
    private_constant :NO_URL
  end
end
