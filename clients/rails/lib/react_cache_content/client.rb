# frozen_string_literal: true

require "set"
require "react_cache_content/clock_query"
require "react_cache_content/breaker"
require "react_cache_content/connection"
require "react_cache_content/expiry"
require "react_cache_content/protocol_gen"
require "react_cache_content/retries"
require "react_cache_content/rebuild_routes"
require "react_cache_content/script"
require "react_cache_content/token"
require "react_cache_content/uncommitted"

module ReactCacheContent
  # The operations on the Redis that the program shares with the Next site.
  class Client
    READ_CLOCK = Script.load("readClock")
    COMMIT = Script.load("commit")
    PUBLISH = Script.load("publish")
    REMOVE_CACHES = Script.load("removeCaches")

    # A stored cache: its bytes, the objects that it shows, and its remaining seconds or nil.
    Hit = Struct.new(:bytes, :objects, :seconds_left)
    # `token` is the clock when the reader began to read, `seen` the clock at the lookup. `hit` is nil for a miss.
    LookupResult = Struct.new(:token, :seen, :hit)

    attr_reader :config, :keys

    def initialize(config)
      @config = config
      @keys = config.keys
      @reading = Connection.new(config)
      # Large expiries must not delay pages, so they have their own connection.
      @writing = Connection.new(config)
      @breaker = Breaker.new
    end

    # @param started_at [Float, nil] when the reader may have read the first of its data, on the monotonic clock.
    #   Default: now
    # @return [LookupResult, nil] nil when Redis does not answer
    def lookup(redis_key, started_at: nil)
      rescue_redis("A lookup") do |redis|
        query = ClockQuery.new(keys, config, started_at)
        reply, bytes, left, sets = READ_CLOCK.call_in_transaction(redis, *query.build_call) do |transaction|
          transaction.get(redis_key)
          transaction.pttl(redis_key)
          transaction.smembers(keys.reverse(redis_key))
        end
        hit = bytes && parse_hit(bytes, left, sets)
        LookupResult.new(query.parse_token(reply), query.parse_current_token(reply), hit)
      end
    end

    # @param started_at see lookup
    # @return [Token, nil] nil when Redis does not answer
    def token(started_at: nil)
      rescue_redis("A token") do |redis|
        query = ClockQuery.new(keys, config, started_at)
        query.parse_token(READ_CLOCK.call(redis, *query.build_call))
      end
    end

    # Stores a cache, unless one of its objects was expired since the token, or its content may be rolled back.
    #
    # @return [Boolean] whether it was stored
    def commit(redis_key, bytes, objects:, token:, seconds: nil)
      return false if bytes.bytesize > config.max_bytes || Uncommitted.any?

      milliseconds = ([seconds || Float::INFINITY, config.max_age.to_f].min * 1000).ceil
      return false unless milliseconds.positive?

      sets = objects.map { |object| keys.object(object) }
      names = [keys.epoch, keys.clock, keys.fence, keys.due, redis_key, keys.reverse(redis_key), *sets]
      argv = [token.epoch, token.clock, bytes, milliseconds, keys.reverse_prefix, *objects]
      reply = rescue_redis("A commit") { |redis| COMMIT.call(redis, names, argv) }
      if reply == "index"
        config.logger.warn("ReactCacheContent: A key of another type stands where the index of #{redis_key} belongs, " \
                           "so it was not stored. Run `react-cache-content doctor` to find it.")
      end
      reply == "committed"
    end

    # Removes caches by their Redis keys, and from the index.
    #
    # @raise [RedisUnavailable, RedisRefused]
    def remove(names)
      left = names
      until left.empty?
        argv = [keys.reverse_prefix, Protocol::MEMBERS_PER_CALL]
        done = @reading.with { |redis| REMOVE_CACHES.call(redis, [keys.due, *left], argv) }
        left = left.drop(done)
      end
    end

    # @return [Integer] the number of caches removed
    # @raise [DeliveryError] CC_EXPIRE_FAILED
    def expire(objects)
      return 0 if objects.empty? || !config.enabled

      with_retries("Expiring #{format_keys(objects)}") { |redis| create_expiry(redis).expire(objects) }
    end

    # @return [Integer] the number of caches marked or removed
    # @raise [DeliveryError] CC_EXPIRE_FAILED
    def refresh(objects)
      return 0 if objects.empty? || !config.enabled

      with_retries("Refreshing #{format_keys(objects)}") { |redis| create_expiry(redis).refresh(objects) }
    end

    # @raise [DeliveryError] CC_PUBLISH_FAILED
    def publish(text)
      return unless config.enabled

      with_retries("Publishing a message", code: "CC_PUBLISH_FAILED") { |redis| publish_on(redis, text) }
    end

    # Applies an edit: queues the routes to rebuild, expires or refreshes the objects, and publishes a message.
    #
    # @param objects [Array<String>] keys of the changed objects
    # @param text of the message, or nil for none
    # @param refresh whether React's fragments may be shown until they are rendered again
    # @param retry_delays see Retries
    # @raise [DeliveryError] CC_EXPIRE_FAILED, also when only the message was not accepted
    def apply_change(objects, text, refresh: false, retry_delays: Retries::RETRY_DELAYS)
      return unless config.enabled

      # Collected over all attempts, because an attempt does not find caches that an earlier attempt has expired.
      routes = Set.new
      with_retries("Applying a change of #{format_keys(objects)}", retry_delays: retry_delays) do |redis|
        rebuild = RebuildRoutes.new(redis, keys, routes)
        ignore_rebuild_errors { warn_of_dropped_routes(rebuild.enqueue(objects)) }
        refresh ? create_expiry(redis).refresh(objects) : create_expiry(redis).expire(objects)
        ignore_rebuild_errors { rebuild.mark_ready }
        publish_on(redis, text) if text
      end
    end

    # The client of redis-rb, for single commands.
    def redis
      @reading.redis
    end

    private

    def create_expiry(redis)
      Expiry.new(redis, keys, config.retention_ms)
    end

    # A failure must not stop the expiry. Without a rebuild, the next request for a page renders it.
    def ignore_rebuild_errors
      yield
    rescue ::Redis::BaseError, *Connection::LOST => error
      config.logger.error("ReactCacheContent: Routes to rebuild were not queued: #{error.message}")
    end

    def warn_of_dropped_routes(routes)
      return if routes.zero?

      config.logger.warn("ReactCacheContent: #{routes} routes are not rebuilt, because too many are waiting.")
    end

    def publish_on(redis, text)
      PUBLISH.call(redis, [keys.messages], [config.channel, Protocol::STREAM_MAX_LENGTH, text])
    end

    def with_retries(what, **options, &block)
      Retries.with_retries(what, config.logger, **options) { @writing.with_pinned(&block) }
    end

    # Runs a command for a page. A failing Redis delays the page for a bounded time. Then the result is nil.
    def rescue_redis(what, &block)
      return unless config.enabled

      @breaker.run { @reading.with(&block) }
    rescue RedisUnavailable, RedisRefused => error
      config.logger.warn("ReactCacheContent: #{what} failed: #{error.message}")
      nil
    rescue ConfigurationError => error
      config.logger.error("ReactCacheContent: #{error.message}")
      nil
    end

    def parse_hit(bytes, left, sets)
      objects = sets.filter_map { |set| keys.parse_object_key(set.dup.force_encoding(Encoding::UTF_8)) }
      Hit.new(bytes, objects, left.negative? ? nil : left / 1000.0)
    end

    def format_keys(objects)
      shown = objects.first(20).join(", ")
      objects.size > 20 ? "#{shown} and #{objects.size - 20} more" : shown
    end
  end
end
