# frozen_string_literal: true

module ReactCacheContent
  # Knows whether this thread has written content in a transaction that is still open. A render may show that content.
  # After a rollback nothing would expire it.
  #
  # ActiveRecord treats an instance as a record of the transaction, and notifies it of the end.
  class Uncommitted
    CURRENT = :react_cache_content_uncommitted
    private_constant :CURRENT

    class << self
      def any?
        list.select!(&:open?)
        list.any?
      end

      # @param connection the connection of ActiveRecord on which content was written
      def note(connection)
        transaction = connection.current_transaction
        # One instance covers all writes of a transaction.
        return if !connection.transaction_open? || list.last&.within?(transaction)

        connection.add_transaction_record(new(connection, transaction, list).tap { |noted| list << noted })
      end

      private

      # A variable of the thread, not of the fiber, because connections belong to threads.
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

    # Asks the connection, because a lost connection does not notify of the end.
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
