# frozen_string_literal: true

require "react_cache_content/protocol_gen"

module ReactCacheContent
  # Every Redis key that this gem uses. Other programs rely on these names.
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

    # What names begin with, and whole names, that no object may have: of all programs, not ours alone.
    def reserved
      [Protocol::KEY_FAMILIES, Protocol::FIXED_KEYS].map do |names|
        names.values.map { |name| "#{namespace}:#{name}" }
      end
    end

    # A fragment of a Rails view. Its full name is what `obj:` sets hold.
    def fragment(key)
      "#{namespace}:#{Protocol::KEY_FAMILIES[:rails]}#{key}"
    end

    # What the names of React's fragments begin with; nothing of Rails' may.
    def react_prefix
      "#{namespace}:#{Protocol::KEY_FAMILIES[:fragment]}"
    end

    def object(key)
      "#{object_prefix}#{key}"
    end

    # The object key of an `obj:` set, or nil for a set of another name.
    def parse_object_key(set)
      set.start_with?(object_prefix) ? set.delete_prefix(object_prefix) : nil
    end

    # Set of the `obj:` sets that the cache of this full name is in.
    def reverse(redis_key)
      "#{reverse_prefix}#{redis_key}"
    end
  end
end
