# frozen_string_literal: true

require "set"

module ReactCacheContent
  # Collects the dependencies of one render of a fragment, including those of the fragments inside it.
  #
  # Each fiber, and so each thread, has one current capture, so that simultaneous renders never mix.
  class Capture
    CURRENT = :react_cache_content_capture
    private_constant :CURRENT

    def self.current
      Thread.current[CURRENT]
    end

    # Runs the block with a new capture, then adds its dependencies to the capture around it.
    #
    # @param token [Token, nil] taken before the render; nil when Redis did not answer
    # @param seconds [Numeric, nil] lifetime of the fragment
    def self.open(key, token:, seconds: nil)
      outer = current
      capture = new(key, outer, token, seconds)
      Thread.current[CURRENT] = capture
      result = yield capture
      completed = true
      result
    ensure
      Thread.current[CURRENT] = outer
      # A render that did not complete is not whole. Neither is the render around it, even if it goes on.
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

    # Adds a fragment that was rendered inside.
    def embed(inner)
      register(inner.objects)
      @deadline = [@deadline, inner.deadline].compact.min
      @token = @token.older(inner.token) if @token && inner.token
      mark_uncacheable if inner.uncacheable?
    end

    # Adds a fragment or value that was found in the cache.
    #
    # @param token of the moment of the lookup; nil for a value of another Redis
    def embed_hit(hit, token)
      register(hit.objects)
      limit_lifetime(hit.seconds_left)
      @token = @token.older(token) if @token && token
    end

    # @param seconds [Numeric, nil] lifetime of something inside
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

    # The remaining lifetime in seconds, or nil for no limit.
    def seconds_left
      @deadline && @deadline - now
    end

    private

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
