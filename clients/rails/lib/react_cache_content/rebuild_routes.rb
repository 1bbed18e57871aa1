# frozen_string_literal: true

require "react_cache_content/script"

module ReactCacheContent
  # Notes the routes of the Next site that show an object, for its worker to rebuild.
  class RebuildRoutes
    # About how many fragments one script looks at.
    BATCH = 150
    # Milliseconds until a route is due whose expiry nobody has said to be done: whoever noted it has died.
    WAIT_FOR_EXPIRY = 60_000
    # Milliseconds until a route is due when its expiry is done, in which a burst of edits becomes one rebuild.
    WAIT = 50
    # That may wait; further ones are dropped, and their visitors render them.
    MAX_QUEUED_ROUTES = 10_000
    ROUTES_PER_CALL = 1_000
    # With which an entry of React's begins.
    MAGIC = "RCC\x02".b.freeze

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
      @routes.each_slice(ROUTES_PER_CALL) do |part|
        MARK_ROUTES_READY.call(@redis, [@keys.rebuild_queue], [WAIT, *part])
      end
    end

    private

    def enqueue_object(object)
      dropped = 0
      cursor = "0"
      loop do
        argv = [cursor, BATCH, @keys.react_prefix, WAIT_FOR_EXPIRY, MAX_QUEUED_ROUTES, MAGIC]
        cursor, more, *pairs = ENQUEUE_ROUTES.call(@redis, [@keys.rebuild_queue, @keys.object(object)], argv)
        dropped += more
        # Which of them found no room is not told, and none may be added beyond it.
        collect(pairs) if more.zero?
        return dropped if cursor == "0"
      end
    end

    def collect(pairs)
      routes = pairs.each_slice(2).map(&:last).reject(&:empty?)
      @routes.merge(routes.first(MAX_QUEUED_ROUTES - @routes.size))
    end
  end
end
