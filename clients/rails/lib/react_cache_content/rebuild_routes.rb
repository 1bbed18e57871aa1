# frozen_string_literal: true

require "react_cache_content/protocol_gen"
require "react_cache_content/script"

module ReactCacheContent
  # Notes the routes of the Next site that show an object, for its worker to rebuild.
  class RebuildRoutes
    # The first bytes of every entry whose route can be read.
    ENTRY_START = "#{Protocol::ENTRY_MAGIC}#{Protocol::ENTRY_FORMAT.chr}".b.freeze

    ENQUEUE_ROUTES = Script.load("enqueueRoutes")
    MARK_ROUTES_READY = Script.load("markRoutesReady")

    # @param routes [Set] to which those that are found are added, also when a later call fails
    def initialize(redis, keys, routes)
      @redis = redis
      @keys = keys
      @routes = routes
    end

    # To be called before an expiry, after which nobody knows the routes any more.
    #
    # @return [Integer] routes dropped because too many wait
    def enqueue(objects)
      objects.sum { |object| enqueue_object(object) }
    end

    # To be called when the expiry is done: rebuilt before, a page would show the old content, and stay.
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
        argv = [cursor, Protocol::MEMBERS_PER_CALL, @keys.react_prefix, Protocol::ORPHANED_ROUTE_DELAY_MS,
                Protocol::MAX_QUEUED_ROUTES, ENTRY_START]
        cursor, more, *pairs = ENQUEUE_ROUTES.call(@redis, [@keys.rebuild_queue, @keys.object(object)], argv)
        dropped += more
        # Which of them found no room is not told, and none may be added beyond it.
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
