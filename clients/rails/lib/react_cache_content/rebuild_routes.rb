# frozen_string_literal: true

require "react_cache_content/script"

module ReactCacheContent
  # Notes the routes of the Next site that show an object, for its worker to rebuild. To be called before an
  # expiry, after which nobody knows them any more.
  class RebuildRoutes
    # About how many fragments one script looks at.
    BATCH = 150
    # Milliseconds until a route is due, in which a burst of edits becomes one rebuild.
    WAIT = 50
    # That may wait; further ones are dropped, and their visitors render them.
    MOST = 10_000
    # With which an entry of React's begins.
    MAGIC = "RCC\x02".b.freeze

    ROUTES = Script.load("routes")

    def initialize(redis, keys)
      @redis = redis
      @keys = keys
    end

    # @return [Integer] routes dropped because too many wait
    def note(objects)
      objects.sum { |object| note_one(object) }
    end

    private

    def note_one(object)
      dropped = 0
      cursor = "0"
      loop do
        argv = [cursor, BATCH, @keys.react_prefix, WAIT, MOST, MAGIC]
        cursor, more = ROUTES.call(@redis, [@keys.rebuild, @keys.object(object)], argv)
        dropped += more
        return dropped if cursor == "0"
      end
    end
  end
end
