# frozen_string_literal: true

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

    %w[clock epoch fence log due messages].each do |name|
      define_method(name) { "#{namespace}:#{name}" }
    end

    # Sorted set: route to the time it is due for rebuilding.
    def rebuild_queue
      "#{namespace}:rebuild:queue"
    end

    # What names begin with, and whole names, that no object may have: of all programs, not ours alone.
    def reserved
      fixed_keys = %w[clock epoch fence log due lease-released messages] +
                   %w[rebuild:queue rebuild:active rebuild:recent rebuild:failures rebuild:requeues dead-letters]
      [%w[frag: lease: django: rails: cache:], fixed_keys].map { |names| names.map { |name| "#{namespace}:#{name}" } }
    end

    # A fragment of a Rails view. Its full name is what `obj:` sets hold.
    def fragment(key)
      "#{namespace}:rails:#{key}"
    end

    # What the names of React's fragments begin with; nothing of Rails' may.
    def react_prefix
      "#{namespace}:frag:"
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
