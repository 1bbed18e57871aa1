# frozen_string_literal: true

require "react_cache_content/protocol_gen"

module ReactCacheContent
  # Every Redis key that this gem uses. All programs build them from the same constants.
  class Keys
    attr_reader :namespace, :object_prefix, :reverse_prefix

    def initialize(namespace:, object_prefix:, reverse_prefix:)
      @namespace = namespace
      @object_prefix = object_prefix
      @reverse_prefix = reverse_prefix
      freeze
    end

    # `clock`, `epoch`, `rebuild_queue` and so on.
    Protocol::FIXED_KEYS.each do |name, key|
      define_method(name) { "#{namespace}:#{key}" }
    end

    # Prefixes of names, and whole names, that no object may have. They cover the keys of all programs.
    def list_reserved
      [Protocol::KEY_FAMILIES, Protocol::FIXED_KEYS].map do |names|
        names.values.map { |name| "#{namespace}:#{name}" }
      end
    end

    # The Redis key of a fragment of a Rails view. `obj:` sets contain this key.
    def fragment(key)
      "#{namespace}:#{Protocol::KEY_FAMILIES[:rails]}#{key}"
    end

    # The prefix of the names of React's fragments. No cache of Rails may have it.
    def fragment_prefix
      "#{namespace}:#{Protocol::KEY_FAMILIES[:fragment]}"
    end

    def object(key)
      "#{object_prefix}#{key}"
    end

    # Returns the object key from the name of an `obj:` set, or nil for any other name.
    def parse_object_key(set)
      set.start_with?(object_prefix) ? set.delete_prefix(object_prefix) : nil
    end

    # The set of the `obj:` keys that list the cache with this Redis key.
    def reverse(redis_key)
      "#{reverse_prefix}#{redis_key}"
    end
  end
end
