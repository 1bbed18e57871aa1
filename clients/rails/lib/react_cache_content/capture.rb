# frozen_string_literal: true

require "set"

module ReactCacheContent
  # Collects what one render of a fragment depends on, its own and that of the fragments in it.
  #
  # There is one at a time for each fiber, and so for each thread: renders that go on at once never mix.
  class Capture
    CURRENT = :react_cache_content_capture
    private_constant :CURRENT

    def self.current
      Thread.current[CURRENT]
    end

    # Runs the block with a new capture, then hands what it found to the one around it.
    #
    # @param token [Token, nil] taken before; nil when Redis could not be asked
    # @param seconds [Numeric, nil] that the fragment may live
    def self.open(key, token:, seconds: nil)
      outer = current
      capture = new(key, outer, token, seconds)
      Thread.current[CURRENT] = capture
      result = yield capture
      completed = true
      result
    ensure
      Thread.current[CURRENT] = outer
      # What was left in the midst is not whole, and neither is what it stands in, even if that goes on.
      completed ? outer&.embed(capture) : outer&.mark_uncacheable
    end

    attr_reader :objects, :token, :deadline

    def initialize(key, outer, token, seconds)
      @key = key
      @outer = outer
      @token = token
      @deadline = seconds && now + seconds
      @objects = Set.new
      @uncacheable = false
    end

    def register(keys)
      @objects.merge(keys)
    end

    # A fragment that was rendered inside.
    def embed(inner)
      register(inner.objects)
      @deadline = [@deadline, inner.deadline].compact.min
      @token = @token.older(inner.token) if @token && inner.token
      mark_uncacheable if inner.uncacheable?
    end

    # A fragment or value that was found in the cache.
    #
    # @param token of the moment at which it was; nil when it is of another Redis
    def embed_hit(hit, token)
      register(hit.objects)
      limit_lifetime(hit.seconds_left)
      @token = @token.older(token) if @token && token
    end

    # @param seconds [Numeric, nil] after which something inside is over
    def limit_lifetime(seconds)
      @deadline = [@deadline, seconds && now + seconds].compact.min
    end

    def mark_uncacheable
      @uncacheable = true
    end

    def uncacheable?
      @uncacheable
    end

    def renders?(key)
      @key == key || (@outer&.renders?(key) || false)
    end

    # Seconds that are left, or nil for no limit.
    def seconds_left
      @deadline && @deadline - now
    end

    private

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
