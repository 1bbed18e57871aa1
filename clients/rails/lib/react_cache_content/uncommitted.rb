# frozen_string_literal: true

module ReactCacheContent
  # Content that this thread has written in a transaction which is still open. What is rendered now may show what is
  # never going to be, and nobody would expire it then.
  #
  # To ActiveRecord it is one more record of the transaction, which it tells of the end.
  class Uncommitted
    CURRENT = :react_cache_content_uncommitted
    private_constant :CURRENT

    class << self
      def any?
        list.select!(&:open?)
        list.any?
      end

      # @param connection of ActiveRecord, on which content has been written
      def note(connection)
        transaction = connection.current_transaction
        # One for all that is written in a transaction.
        return if !connection.transaction_open? || list.last&.within?(transaction)

        connection.add_transaction_record(new(connection, transaction, list).tap { |noted| list << noted })
      end

      private

      # Of the thread, as connections are, not of the fiber.
      def list
        Thread.current.thread_variable_get(CURRENT) ||
          [].tap { |empty| Thread.current.thread_variable_set(CURRENT, empty) }
      end
    end

    def initialize(connection, transaction, list)
      @connection = connection
      @transaction = transaction
      @list = list
    end

    # A connection that was lost tells of no end.
    def open?
      @connection.transaction_open?
    end

    def within?(transaction)
      @transaction.equal?(transaction)
    end

    def before_committed!(*); end

    def committed!(**)
      @list.delete(self)
    end

    def rolledback!(**)
      @list.delete(self)
    end

    def trigger_transactional_callbacks?
      false
    end
  end
end
