# frozen_string_literal: true

module ReactCacheContent
  # Notes when a program begins to read what it will show. A controller's action reads data before a view asks for a
  # fragment, and what was expired in between must not be stored from that data.
  module RequestStart
    CURRENT = :react_cache_content_started_at
    private_constant :CURRENT

    class << self
      # On the monotonic clock; nil where nobody has noted it.
      #
      # @param controller knows it also in another fiber, as where a response is streamed
      def current(controller = nil)
        controller&.instance_variable_get(:@_content_cache_started_at) || Thread.current[CURRENT]
      end

      def note
        before = Thread.current[CURRENT]
        # What is read inside belongs to what is shown outside.
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
