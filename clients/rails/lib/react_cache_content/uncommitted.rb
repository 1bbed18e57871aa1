# frozen_string_literal: true

module ReactCacheContent
  # Tracks content that this thread has written in a transaction that is still open. A render may show this content, and
  # after a rollback nothing would expire it.
  #
  # ActiveRecord treats an instance as a record of the transaction, and notifies it when the transaction ends.
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

      # A thread variable, not a fiber variable, because connections belong to threads.
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

    # Asks the connection, because a lost connection sends no notification.
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
