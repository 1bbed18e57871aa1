# frozen_string_literal: true

require "json"
require "securerandom"
require "react_cache_content/protocol_gen"
require "react_cache_content/script"

module ReactCacheContent
  # Expires and refreshes in batches of bounded size, so that no script blocks the server. The headers of the scripts
  # specify the calls.
  class Expiry
    # The result of one batch of a refresh:
    # - `cursor`: the position in the set of the last scanned object, "0" when the set is done
    # - `scanned`: the number of scanned objects
    # - `touched`, `touched_in_last`: the number of touched caches, in total and for the last object
    RefreshReply = Struct.new(:cursor, :scanned, :touched, :touched_in_last)

    EXPIRE = Script.load("expire")
    REFRESH = Script.load("refresh")

    # Stale fragments may be shown until they are replaced.
    NEVER_DISCARD = 0

    def initialize(redis, keys, retention_ms)
      @redis = redis
      @keys = keys
      @retention_ms = retention_ms
    end

    # @return [Integer] the number of caches removed
    def expire(objects)
      objects.each_slice(Protocol::OBJECTS_PER_CALL).sum { |chunk| expire_chunk(chunk) }
    end

    # @return [Integer] the number of caches marked or removed
    def refresh(objects)
      touched = 0
      start = 0
      size = Protocol::OBJECTS_PER_CALL
      while start < objects.size
        slice = objects[start, size]
        batch = refresh_batch(slice, "0")
        touched += batch.touched
        start += batch.scanned
        touched += refresh_rest(slice[batch.scanned - 1], batch) if batch.cursor != "0"
        # Objects beyond the batch are sent again, so the next call sends only about as many as fit.
        size = [Protocol::OBJECTS_PER_CALL, 2 * batch.scanned].min
      end
      touched
    end

    private

    def expire_chunk(objects)
      names = common_keys + objects.map { |object| @keys.object(object) }
      removed = 0
      step = "first"
      loop do
        argv = [step, Protocol::MEMBERS_PER_CALL, @retention_ms, @keys.reverse_prefix, SecureRandom.uuid,
                JSON.generate(objects), *objects]
        state, count = EXPIRE.call(@redis, names, argv)
        removed += count
        return removed if state == "done"

        step = "next"
      end
    end

    # Continues with an object whose dependents are too many for one batch. A render between two batches may embed an
    # unmarked entry, and may be stored at a position that the scan has already passed. So the scan is repeated until
    # it finds nothing. After MAX_REFRESH_PASSES scans the object is expired.
    def refresh_rest(object, first_batch)
      cursor = first_batch.cursor
      touched_in_pass = first_batch.touched_in_last
      touched = 0
      1.upto(Protocol::MAX_REFRESH_PASSES) do |scan|
        until cursor == "0"
          batch = refresh_batch([object], cursor)
          cursor = batch.cursor
          touched_in_pass += batch.touched
          touched += batch.touched
        end
        return touched if touched_in_pass.zero?
        break if scan == Protocol::MAX_REFRESH_PASSES

        batch = refresh_batch([object], "0")
        cursor = batch.cursor
        touched_in_pass = batch.touched
        touched += touched_in_pass
        # The whole set fitted into one batch, so no render could come between two batches.
        return touched if cursor == "0"
      end
      touched + expire_chunk([object])
    end

    def refresh_batch(objects, cursor)
      names = common_keys + objects.map { |object| @keys.object(object) }
      argv = [cursor, Protocol::MEMBERS_PER_CALL, @retention_ms, @keys.fragment_prefix, @keys.reverse_prefix,
              Protocol::STALE_MARK_OFFSET, Protocol::STALE_MARK, SecureRandom.uuid, NEVER_DISCARD, *objects]
      following, touched, _clock, _epoch, scanned, touched_in_last = REFRESH.call(@redis, names, argv)
      RefreshReply.new(following, scanned, touched, touched_in_last)
    end

    def common_keys
      [@keys.epoch, @keys.clock, @keys.fence, @keys.log, @keys.due, @keys.paths]
    end
  end
end
