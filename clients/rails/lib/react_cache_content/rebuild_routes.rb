# frozen_string_literal: true

require "react_cache_content/protocol_gen"
require "react_cache_content/script"

module ReactCacheContent
  # Queues the routes of the Next site that show an object, so that its worker rebuilds them.
  class RebuildRoutes
    # The first bytes of every entry whose route can be read.
    ENTRY_START = "#{Protocol::ENTRY_MAGIC}#{Protocol::ENTRY_FORMAT.chr}".b.freeze

    ENQUEUE_ROUTES = Script.load("enqueueRoutes")
    MARK_ROUTES_READY = Script.load("markRoutesReady")

    # @param routes [Set] receives the routes, also when a later call fails
    def initialize(redis, keys, routes)
      @redis = redis
      @keys = keys
      @routes = routes
    end

    # Must be called before the expiry, which removes the routes from the index.
    #
    # @return [Integer] the number of routes dropped because too many are waiting
    def enqueue(objects)
      objects.sum { |object| enqueue_object(object) }
    end

    # Must be called after the expiry. An earlier rebuild would store the old content again.
    def mark_ready
      @routes.each_slice(Protocol::ROUTES_PER_CALL) do |part|
        MARK_ROUTES_READY.call(@redis, [@keys.rebuild_queue], [Protocol::REBUILD_DEBOUNCE_MS, *part])
      end
    end

    private

    def enqueue_object(object)
      dropped = 0
      cursor = "0"
      loop do
        argv = [cursor, Protocol::MEMBERS_PER_CALL, @keys.fragment_prefix, Protocol::ORPHANED_ROUTE_DELAY_MS,
                Protocol::MAX_QUEUED_ROUTES, ENTRY_START]
        cursor, more, *pairs = ENQUEUE_ROUTES.call(@redis, [@keys.rebuild_queue, @keys.object(object)], argv)
        dropped += more
        # The reply does not name the dropped routes, and a dropped route must not be queued later.
        collect(pairs) if more.zero?
        return dropped if cursor == "0"
      end
    end

    def collect(pairs)
      routes = pairs.each_slice(2).map(&:last).reject(&:empty?)
      @routes.merge(routes.first(Protocol::MAX_QUEUED_ROUTES - @routes.size))
    end
  end
end
