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
  # What a program does with the Redis that it shares with the Next site.
  class Client
    READ_CLOCK = Script.load("readClock")
    COMMIT = Script.load("commit")
    PUBLISH = Script.load("publish")
    REMOVE_CACHES = Script.load("removeCaches")

    # A cache found: its bytes, the objects it shows, and seconds until it is gone, or nil.
    Hit = Struct.new(:bytes, :objects, :seconds_left)
    # `token` vouches for what the reader has read since it began, `seen` for what was found.
    Found = Struct.new(:token, :seen, :hit)

    attr_reader :config, :keys

    def initialize(config)
      @config = config
      @keys = config.keys
      @reading = Connection.new(config)
      # Large expiries must not hold up pages, and want a line that nobody else has.
      @writing = Connection.new(config)
      @breaker = Breaker.new
    end

    # @param started_at [Float, nil] when the reader may have read the first of its data, on the monotonic clock; now
    #   unless given
    # @return [Found, nil] nil when Redis cannot be asked
    def lookup(redis_key, started_at: nil)
      rescue_redis("A lookup") do |redis|
        query = ClockQuery.new(keys, config, started_at)
        reply, bytes, left, sets = READ_CLOCK.call_in_transaction(redis, *query.call) do |transaction|
          transaction.get(redis_key)
          transaction.pttl(redis_key)
          transaction.smembers(keys.reverse(redis_key))
        end
        Found.new(query.parse_token(reply), query.parse_current_token(reply), bytes && parse_hit(bytes, left, sets))
      end
    end

    # @param started_at see lookup
    # @return [Token, nil] nil when Redis cannot be asked
    def token(started_at: nil)
      rescue_redis("A token") do |redis|
        query = ClockQuery.new(keys, config, started_at)
        query.parse_token(READ_CLOCK.call(redis, *query.call))
      end
    end

    # Stores a cache, unless one of its objects was expired since the token, or what it shows may be rolled back.
    #
    # @return whether it is stored
    def commit(redis_key, bytes, objects:, token:, seconds: nil)
      return false if bytes.bytesize > config.max_bytes || Uncommitted.any?

      milliseconds = ([seconds || Float::INFINITY, config.max_age.to_f].min * 1000).ceil
      return false unless milliseconds.positive?

      sets = objects.map { |object| keys.object(object) }
      names = [keys.epoch, keys.clock, keys.fence, keys.due, redis_key, keys.reverse(redis_key), *sets]
      argv = [token.epoch, token.clock, bytes, milliseconds, keys.reverse_prefix, *objects]
      reply = rescue_redis("A commit") { |redis| COMMIT.call(redis, names, argv) }
      if reply == "index"
        config.logger.warn("ReactCacheContent: A key that is no set is in the way in the index of #{redis_key}; " \
                           "not stored.")
      end
      reply == "committed"
    end

    # Removes caches by their full names, and takes them out of the index.
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

    # @raise [DeliveryError]
    def expire(objects)
      return 0 if objects.empty? || !config.enabled

      with_retries("Expiring #{list(objects)}") { |redis| expiry(redis).expire(objects) }
    end

    # @raise [DeliveryError]
    def refresh(objects)
      return 0 if objects.empty? || !config.enabled

      with_retries("Refreshing #{list(objects)}") { |redis| expiry(redis).refresh(objects) }
    end

    # @raise [DeliveryError]
    def publish(text)
      return unless config.enabled

      with_retries("Publishing a message") { |redis| publish_on(redis, text) }
    end

    # All that follows an edit, as one: notes routes to rebuild, expires or refreshes, publishes.
    #
    # @param objects [Array<String>] keys of what changed
    # @param text of the message, or nil for none
    # @param refresh whether React's fragments may be shown until they are rendered again
    # @param retry_delays see Retries
    # @raise [DeliveryError]
    def apply_change(objects, text, refresh: false, retry_delays: Retries::RETRY_DELAYS)
      return unless config.enabled

      # Of all tries: what one has expired, the next one does not find.
      routes = Set.new
      with_retries("Telling of a change of #{list(objects)}", retry_delays: retry_delays) do |redis|
        rebuild = RebuildRoutes.new(redis, keys, routes)
        rebuilding { warn_of_dropped(rebuild.enqueue(objects)) }
        refresh ? expiry(redis).refresh(objects) : expiry(redis).expire(objects)
        rebuilding { rebuild.mark_ready }
        publish_on(redis, text) if text
      end
    end

    # The client of redis-rb, for plain commands.
    def redis
      @reading.redis
    end

    private

    def expiry(redis)
      Expiry.new(redis, keys, config.retention.to_i)
    end

    # Without it pages are rebuilt by their visitors; that must not keep an expiry from being done.
    def rebuilding
      yield
    rescue ::Redis::BaseError, *Connection::LOST => error
      config.logger.error("ReactCacheContent: Routes to rebuild were not noted: #{error.message}")
    end

    def warn_of_dropped(routes)
      return if routes.zero?

      config.logger.warn("ReactCacheContent: #{routes} routes are not rebuilt, because too many wait.")
    end

    def publish_on(redis, text)
      PUBLISH.call(redis, [keys.messages], [config.channel, Protocol::STREAM_MAX_LENGTH, text])
    end

    def with_retries(what, retry_delays: Retries::RETRY_DELAYS, &block)
      Retries.with_retries(what, config.logger, retry_delays: retry_delays) { @writing.pinned(&block) }
    end

    # For pages: a Redis that fails costs them time, within a bound, and nothing else.
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

    def list(objects)
      shown = objects.first(20).join(", ")
      objects.size > 20 ? "#{shown} and #{objects.size - 20} more" : shown
    end
  end
end
