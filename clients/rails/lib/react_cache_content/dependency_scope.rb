# frozen_string_literal: true

require "set"

module ReactCacheContent
  # Collects the dependencies of one render of a fragment, including those of the fragments inside it.
  #
  # Each fiber, and so each thread, has one current scope, so that simultaneous renders never mix.
  class DependencyScope
    CURRENT = :react_cache_content_dependency_scope
    private_constant :CURRENT

    def self.current
      Thread.current[CURRENT]
    end

    # Runs the block with a new scope, then adds its dependencies to the scope around it.
    #
    # @param token [Token, nil] taken before the render, or nil when Redis did not answer
    # @param seconds [Numeric, nil] lifetime of the fragment
    def self.open(key, token:, seconds: nil)
      outer = current
      scope = new(key, outer, token, seconds)
      Thread.current[CURRENT] = scope
      result = yield scope
      completed = true
      result
    ensure
      Thread.current[CURRENT] = outer
      # An incomplete render must not be stored. Neither must the render around it, even if it continues.
      completed ? outer&.embed(scope) : outer&.mark_uncacheable
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

    # Adds a nested fragment that was rendered.
    def embed(inner)
      register(inner.objects)
      @deadline = [@deadline, inner.deadline].compact.min
      @token = @token.older(inner.token) if @token && inner.token
      mark_uncacheable if inner.uncacheable?
    end

    # Adds a nested fragment or value that was a hit.
    #
    # @param token the token at the lookup, or nil for a value of another Redis
    def embed_hit(hit, token)
      register(hit.objects)
      limit_lifetime(hit.seconds_left)
      @token = @token.older(token) if @token && token
    end

    # @param seconds [Numeric, nil] lifetime of a nested fragment or value
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
