# frozen_string_literal: true

require "react_cache_content/dependency_scope"
require "react_cache_content/uncommitted"

module ReactCacheContent
  # The cached HTML of a part of a view.
  class Fragment
    # @param key see FragmentKey
    # @param seconds [Numeric, nil] lifetime
    # @param started_at see Client#lookup
    def initialize(client, key, seconds: nil, started_at: nil)
      @client = client
      @key = key
      @redis_key = client.keys.fragment(key)
      @seconds = seconds
      @started_at = started_at
    end

    # @return [String] the HTML from the cache, or the result of the block, in UTF-8
    # @raise [RecursionError]
    def fetch(&block)
      outer = DependencyScope.current
      raise RecursionError, "The fragment #{@key} contains itself." if outer&.renders?(@key)

      # The lookup comes before the block reads data, because the commit refuses data that was expired after the lookup.
      lookup = @client.lookup(@redis_key, started_at: @started_at)
      html = lookup&.hit && decode_html(lookup.hit.bytes)
      return fill(lookup&.token, &block) unless html

      outer&.embed_hit(lookup.hit, lookup.seen)
      html
    end

    private

    def fill(token)
      DependencyScope.open(@key, token: token, seconds: @seconds) do |scope|
        html = yield
        # The outer fragment shows the same data, and may end after the rollback.
        scope.mark_uncacheable if Uncommitted.any?
        commit(html, scope)
        html
      end
    end

    def commit(html, scope)
      return if scope.token.nil? || scope.uncacheable?

      bytes = String.new(html).encode(Encoding::UTF_8)
      return unless bytes.valid_encoding?

      @client.commit(@redis_key, bytes, objects: scope.objects.to_a, token: scope.token,
                     seconds: scope.seconds_left)
    rescue EncodingError
      # Text that cannot be converted to UTF-8 is not stored. The page still shows it.
      nil
    end

    # Returns nil for damaged bytes, which count as a miss.
    def decode_html(bytes)
      text = bytes.dup.force_encoding(Encoding::UTF_8)
      text if text.valid_encoding?
    end
  end
end
