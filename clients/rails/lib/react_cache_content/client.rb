# frozen_string_literal: true

require "set"
require "react_cache_content/asked_clock"
require "react_cache_content/breaker"
require "react_cache_content/connection"
require "react_cache_content/expiry"
require "react_cache_content/persistence"
require "react_cache_content/rebuild_routes"
require "react_cache_content/script"
require "react_cache_content/token"
require "react_cache_content/uncommitted"

module ReactCacheContent
  # What a program does with the Redis that it shares with the Next site.
  class Client
    CLOCK = Script.load("clock")
    COMMIT = Script.load("commit")
    PUBLISH = Script.load("publish")
    REMOVE = Script.load("remove")

    # About how many messages the stream keeps.
    MESSAGES_KEPT = 100_000
    # About how many members of sets one script touches.
    BATCH = 150

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

    # @param began [Float, nil] when the reader may have read the first of its data, on the monotonic clock; now
    #   unless given
    # @return [Found, nil] nil when Redis cannot be asked
    def lookup(full, began: nil)
      unharmed("A lookup") do |redis|
        asked = AskedClock.new(keys, config, began)
        reply, bytes, left, sets = CLOCK.call_in_transaction(redis, *asked.call) do |transaction|
          transaction.get(full)
          transaction.pttl(full)
          transaction.smembers(keys.reverse(full))
        end
        Found.new(asked.token_in(reply), asked.seen_in(reply), bytes && hit_in(bytes, left, sets))
      end
    end

    # @param began see lookup
    # @return [Token, nil] nil when Redis cannot be asked
    def token(began: nil)
      unharmed("A token") do |redis|
        asked = AskedClock.new(keys, config, began)
        asked.token_in(CLOCK.call(redis, *asked.call))
      end
    end

    # Stores a cache, unless one of its objects was expired since the token, or what it shows may be rolled back.
    #
    # @return whether it is stored
    def commit(full, bytes, objects:, token:, seconds: nil)
      return false if bytes.bytesize > config.max_bytes || Uncommitted.any?

      milliseconds = ([seconds || Float::INFINITY, config.max_age.to_f].min * 1000).ceil
      return false unless milliseconds.positive?

      sets = objects.map { |object| keys.object(object) }
      names = [keys.epoch, keys.clock, keys.fence, keys.due, full, keys.reverse(full), *sets]
      argv = [token.epoch, token.clock, bytes, milliseconds, keys.reverse_prefix, *objects]
      reply = unharmed("A commit") { |redis| COMMIT.call(redis, names, argv) }
      if reply == "index"
        config.logger.warn("ReactCacheContent: A key that is no set is in the way in the index of #{full}; not stored.")
      end
      reply == "committed"
    end

    # Removes caches by their full names, and takes them out of the index.
    #
    # @raise [RedisUnavailable, RedisRefused]
    def remove(names)
      left = names
      until left.empty?
        done = @reading.with { |redis| REMOVE.call(redis, [keys.due, *left], [keys.reverse_prefix, BATCH]) }
        left = left.drop(done)
      end
    end

    # @raise [DeliveryError]
    def expire(objects)
      return 0 if objects.empty? || !config.enabled

      deliver("Expiring #{list(objects)}") { |redis| expiry(redis).expire(objects) }
    end

    # @raise [DeliveryError]
    def refresh(objects)
      return 0 if objects.empty? || !config.enabled

      deliver("Refreshing #{list(objects)}") { |redis| expiry(redis).refresh(objects) }
    end

    # @raise [DeliveryError]
    def publish(text)
      return unless config.enabled

      deliver("Publishing a message") { |redis| publish_on(redis, text) }
    end

    # All that follows an edit, as one: notes routes to rebuild, expires or refreshes, publishes.
    #
    # @param objects [Array<String>] keys of what changed
    # @param text of the message, or nil for none
    # @param refresh whether React's fragments may be shown until they are rendered again
    # @param pauses see Persistence
    # @raise [DeliveryError]
    def changed(objects, text, refresh: false, pauses: Persistence::PAUSES)
      return unless config.enabled

      # Of all tries: what one has expired, the next one does not find.
      routes = Set.new
      deliver("Telling of a change of #{list(objects)}", pauses: pauses) do |redis|
        rebuild = RebuildRoutes.new(redis, keys, routes)
        rebuilding { warn_of_dropped(rebuild.note(objects)) }
        refresh ? expiry(redis).refresh(objects) : expiry(redis).expire(objects)
        rebuilding { rebuild.ready }
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
      PUBLISH.call(redis, [keys.messages], [config.channel, MESSAGES_KEPT, text])
    end

    def deliver(what, pauses: Persistence::PAUSES, &block)
      Persistence.deliver(what, config.logger, pauses: pauses) { @writing.alone(&block) }
    end

    # For pages: a Redis that fails costs them time, within a bound, and nothing else.
    def unharmed(what, &block)
      return unless config.enabled

      @breaker.run { @reading.with(&block) }
    rescue RedisUnavailable, RedisRefused => error
      config.logger.warn("ReactCacheContent: #{what} failed: #{error.message}")
      nil
    rescue ConfigurationError => error
      config.logger.error("ReactCacheContent: #{error.message}")
      nil
    end

    def hit_in(bytes, left, sets)
      objects = sets.filter_map { |set| keys.object_in(set.dup.force_encoding(Encoding::UTF_8)) }
      Hit.new(bytes, objects, left.negative? ? nil : left / 1000.0)
    end

    def list(objects)
      shown = objects.first(20).join(", ")
      objects.size > 20 ? "#{shown} and #{objects.size - 20} more" : shown
    end
  end
end
