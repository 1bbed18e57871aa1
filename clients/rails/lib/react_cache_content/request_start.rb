# frozen_string_literal: true

module ReactCacheContent
  # Records when a program begins to read the data that it will render. A controller's action reads data before a view
  # renders a fragment. If an object was expired in between, the fragment must not be stored.
  module RequestStart
    CURRENT = :react_cache_content_started_at
    private_constant :CURRENT

    class << self
      # Returns the recorded moment on the monotonic clock, or nil.
      #
      # @param controller has the moment in every fiber, also while a response is streamed
      def current(controller = nil)
        controller&.instance_variable_get(:@_content_cache_started_at) || Thread.current[CURRENT]
      end

      def note
        before = Thread.current[CURRENT]
        # Outer code may show data that was read inside, so the outer moment counts.
        started_at = Thread.current[CURRENT] = before || Process.clock_gettime(Process::CLOCK_MONOTONIC)
        yield started_at
      ensure
        Thread.current[CURRENT] = before
      end
    end

    # In controllers and mailers.
    module InControllers
      def process(*, **)
        RequestStart.note do |started_at|
          @_content_cache_started_at = started_at
          super
        end
      end
    end
  end
end
