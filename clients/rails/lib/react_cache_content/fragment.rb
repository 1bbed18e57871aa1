# frozen_string_literal: true

require "react_cache_content/capture"
require "react_cache_content/uncommitted"

module ReactCacheContent
  # The cached HTML of a piece of a view.
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
      outer = Capture.current
      raise RecursionError, "The fragment #{@key} contains itself." if outer&.renders?(@key)

      # Before the block reads anything, because the commit refuses data that was expired after the lookup.
      lookup = @client.lookup(@redis_key, started_at: @started_at)
      html = lookup&.hit && readable(lookup.hit.bytes)
      return fill(lookup&.token, &block) unless html

      outer&.embed_hit(lookup.hit, lookup.seen)
      html
    end

    private

    def fill(token)
      Capture.open(@key, token: token, seconds: @seconds) do |capture|
        html = yield
        # The fragment around it shows the same data, and may end after the rollback.
        capture.mark_uncacheable if Uncommitted.any?
        commit(html, capture)
        html
      end
    end

    def commit(html, capture)
      return if capture.token.nil? || capture.uncacheable?

      bytes = String.new(html).encode(Encoding::UTF_8)
      return unless bytes.valid_encoding?

      @client.commit(@redis_key, bytes, objects: capture.objects.to_a, token: capture.token,
                     seconds: capture.seconds_left)
    rescue EncodingError
      # Text in another encoding cannot be stored. The page still shows it.
      nil
    end

    # Damaged bytes are a miss.
    def readable(bytes)
      text = bytes.dup.force_encoding(Encoding::UTF_8)
      text if text.valid_encoding?
    end
  end
end
