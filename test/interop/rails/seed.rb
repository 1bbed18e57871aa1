# frozen_string_literal: true

# The cache store of a Rails program of 2012, command for command. It keeps a set of caches for each object, and for
# each cache the sets that list it.

require "active_support/cache/redis_store"

module ActiveSupport
  module Cache
    class RedisContentStore < RedisStore
      def expire_obj(obj)
        caches = data.smembers("obj:#{seed_key(obj)}")
        data.del(*caches) unless caches.empty?
      end

      def write_entry(key, entry, options = {})
        data.smembers("sobj:#{key}").each { |set| data.srem(set, key) }
        sets = Array(options[:objects]).map { |obj| "obj:#{seed_key(obj)}" }
        sets.each { |set| data.sadd(set, key) }
        unless sets.empty?
          data.del("sobj:#{key}")
          data.sadd("sobj:#{key}", sets)
        end
        super
      end

      private

      def seed_key(obj)
        obj.respond_to?(:obj_key) ? obj.obj_key : obj.to_s
      end
    end
  end
end
