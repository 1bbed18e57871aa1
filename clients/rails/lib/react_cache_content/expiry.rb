# frozen_string_literal: true

require "json"
require "securerandom"
require "react_cache_content/script"

module ReactCacheContent
  # Expires and refreshes in batches of bounded size, so that no script blocks the server. The contract of the
  # calls is in the scripts.
  class Expiry
    # Objects that one script stamps: bounds how long it runs.
    OBJECTS_PER_CALL = 200
    # About how many members of sets one script touches.
    BATCH = 150
    # Of a refresh over the dependants of one object.
    PASSES = 5
    # In an entry of React's: where it is marked, and with what.
    MARK_AT = 4
    MARK = "S"

    EXPIRE = Script.load("expire")
    REFRESH = Script.load("refresh")

    def initialize(redis, keys, retention)
      @redis = redis
      @keys = keys
      @retention = retention
    end

    # @return [Integer] caches removed
    def expire(objects)
      objects.each_slice(OBJECTS_PER_CALL).sum { |chunk| expire_chunk(chunk) }
    end

    # @return [Integer] caches marked or removed
    def refresh(objects)
      objects.sum { |object| refresh_one(object) }
    end

    private

    def expire_chunk(objects)
      names = common_keys + objects.map { |object| @keys.object(object) }
      removed = 0
      step = "first"
      loop do
        argv = [step, BATCH, @retention, @keys.reverse_prefix, SecureRandom.uuid, JSON.generate(objects), *objects]
        state, count = EXPIRE.call(@redis, names, argv)
        removed += count
        return removed if state == "done"

        step = "next"
      end
    end

    # Marks what there is when it begins. A render between two batches may have embedded what was not marked yet,
    # and be stored where the scan had passed. So it begins again until it finds nothing; should that go on, what
    # is left is expired.
    def refresh_one(object)
      touched = 0
      PASSES.times do
        batches, found = refresh_pass(object)
        touched += found
        return touched if batches == 1 || found.zero?
      end
      touched + expire_chunk([object])
    end

    def refresh_pass(object)
      names = [*common_keys, @keys.object(object)]
      cursor = "0"
      batches = 0
      found = 0
      loop do
        argv = [cursor, BATCH, @retention, @keys.react_prefix, @keys.reverse_prefix, MARK_AT, MARK,
                SecureRandom.uuid, JSON.generate([object]), object]
        cursor, touched = REFRESH.call(@redis, names, argv)
        batches += 1
        found += touched
        return [batches, found] if cursor == "0"
      end
    end

    def common_keys
      [@keys.epoch, @keys.clock, @keys.fence, @keys.log, @keys.due]
    end
  end
end
