# frozen_string_literal: true

require "English"
require "active_support/concern"
require "active_support/core_ext/class/attribute"
require "react_cache_content/message"
require "react_cache_content/retries"
require "react_cache_content/uncommitted"

module ReactCacheContent
  # For models whose records are content: when a transaction with them is committed, what shows them is expired,
  # pages of the Next site that did are noted for rebuilding, and the change is published.
  #
  # A Redis that does not take it makes the save raise DeliveryError, while the row is saved: see README.
  module ContentModel
    extend ActiveSupport::Concern

    # For the records that ActiveRecord passes over when another one's callback has raised: Redis may be down, and
    # there may be many.
    ONE_TRY = [].freeze

    included do
      class_attribute :content_cache_mode, instance_accessor: false, default: :expire
      after_save :content_written
      after_touch :content_written
      after_destroy :content_written
      # Blocks: ActiveRecord takes one method's name for one callback.
      after_commit(on: :create) { publish_content_change(:create) }
      after_commit(on: :update) { publish_content_change(:update) }
      after_commit(on: :destroy) { publish_content_change(:destroy) }
    end

    class_methods do
      # What a save does: `:expire`, or `:refresh`, with which visitors are shown the old copy of React's
      # fragments until a new one is rendered. What is deleted or unpublished is always expired.
      def content_cache_on_save(mode)
        unless %i[expire refresh].include?(mode)
          raise ArgumentError, "content_cache_on_save takes :expire or :refresh, not #{mode.inspect}."
        end
        self.content_cache_mode = mode
      end

      # Lists of these records register it.
      def content_collection_key
        ObjectType.collection_key(content_type)
      end

      # The same for all classes of one table, as one row has one key.
      def content_type
        base_class.model_name.i18n_key.to_s
      end
    end

    # `news/story:1` for a News::Story. Must be what other programs call it.
    def obj_key
      raise ArgumentError, "A new #{self.class} has no key until it is saved." if id.nil?

      "#{self.class.content_type}:#{Array(id).join(',')}"
    end

    # What a message calls the change; for `publish` and `unpublish` to be told, a model says when it is one.
    #
    # @param change `:create`, `:update` or `:destroy`
    # @return [String] `save`, `publish`, `unpublish` or `delete`
    # @example
    #   def content_action(change)
    #     saved_change_to_status?(to: "live") ? "publish" : super
    #   end
    def content_action(change)
      change == :destroy ? "delete" : "save"
    end

    # What a message gives as the status, or nil.
    def content_status
      nil
    end

    # ActiveRecord runs no more callbacks of a transaction once one of them has raised, whosever it is. What was
    # written must be expired all the same.
    def committed!(should_run_callbacks: true) # :nodoc:
      failing = $ERROR_INFO
      super
    ensure
      handle_skipped_callbacks(failing) if @content_written
    end

    private

    # A rollback leaves it: then there is one expiry too many, should the record be passed over later.
    def content_written
      @content_written = true
      Uncommitted.note(self.class.connection)
    end

    def handle_skipped_callbacks(failing)
      change = destroyed? ? :destroy : (previously_new_record? ? :create : :update)
      publish_content_change(change, retry_delays: failing ? ONE_TRY : Retries::RETRY_DELAYS)
    rescue DeliveryError
      # It is in the log, with its keys; what has failed before goes on to the caller.
      raise unless failing
    end

    def publish_content_change(change, retry_delays: Retries::RETRY_DELAYS)
      @content_written = false
      action, text, fault = content_message(change)
      listed = change == :create || action != "save"
      keys = listed ? [obj_key, self.class.content_collection_key] : [obj_key]
      refresh = self.class.content_cache_mode == :refresh && %w[save publish].include?(action)
      ReactCacheContent.client.apply_change(keys, text, refresh: refresh, retry_delays: retry_delays)
      raise fault if fault
    end

    # The model's own methods make it; a mistake there must not keep the expiry from being done.
    def content_message(change)
      action = content_action(change).to_s
      # What the last save has changed is still told of a record that is then destroyed.
      action = "delete" if change == :destroy && action != "unpublish"
      [action, Message.text(obj_key, action: action, status: content_status), nil]
    rescue StandardError => error
      [nil, nil, error]
    end
  end
end
