# frozen_string_literal: true

require "English"
require "active_support/concern"
require "active_support/core_ext/class/attribute"
require "react_cache_content/message"
require "react_cache_content/retries"
require "react_cache_content/uncommitted"

module ReactCacheContent
  # For models whose records are content. After the commit of a transaction that changed a record, the gem queues the
  # pages of the Next site that show the record for a rebuild, expires the caches that show it, and publishes a message.
  #
  # When Redis does not accept the change, the save raises DeliveryError, although the row is saved: see README.
  module ContentModel
    extend ActiveSupport::Concern

    # Retry delays for the records whose callbacks ActiveRecord skips after another callback has raised. One attempt,
    # because Redis may be down, and there may be many records.
    ONE_TRY = [].freeze

    included do
      class_attribute :content_cache_mode, instance_accessor: false, default: :expire
      after_save :note_content_written
      after_touch :note_content_written
      after_destroy :note_content_written
      # Blocks, because ActiveRecord would register a method name only once.
      after_commit(on: :create) { publish_content_change(:create) }
      after_commit(on: :update) { publish_content_change(:update) }
      after_commit(on: :destroy) { publish_content_change(:destroy) }
    end

    class_methods do
      # Sets the mode of a save: `:expire` or `:refresh`. With `:refresh`, visitors see the old copy of React's
      # fragments until a new copy is rendered. Deleted and unpublished records are always expired.
      #
      # @raise [ArgumentError] CC_INVALID_OPTIONS
      def content_cache_on_save(mode)
        unless %i[expire refresh].include?(mode)
          fault = "content_cache_on_save takes :expire or :refresh, not #{mode.inspect}."
          raise Coded.error(ArgumentError, "CC_INVALID_OPTIONS", fault)
        end
        self.content_cache_mode = mode
      end

      # The key that lists of these records register.
      def content_collection_key
        ObjectType.collection_key(content_type)
      end

      # The part of the key before the colon. All classes of one table share it, because a row has one key.
      def content_type
        base_class.model_name.i18n_key.to_s
      end
    end

    # `news/story:1` for a News::Story. All programs must use the same key.
    def obj_key
      raise Coded.error(ArgumentError, "CC_INVALID_OBJ", "A new #{self.class} has no key until it is saved.") if id.nil?

      "#{self.class.content_type}:#{Array(id).join(',')}"
    end

    # The action of a message. Override it in a model that is published and unpublished.
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

    # The status in a message, or nil.
    def content_status
      nil
    end

    # When a callback of a transaction raises, ActiveRecord skips the later callbacks. Written content must be expired
    # anyway.
    def committed!(should_run_callbacks: true) # :nodoc:
      failing = $ERROR_INFO
      super
    ensure
      handle_skipped_callbacks(failing) if @content_written
    end

    private

    # A rollback does not reset the mark. The only effect is one unnecessary expiry, if callbacks of the record are
    # skipped later.
    def note_content_written
      @content_written = true
      Uncommitted.note(self.class.connection)
    end

    def handle_skipped_callbacks(failing)
      change = destroyed? ? :destroy : (previously_new_record? ? :create : :update)
      publish_content_change(change, retry_delays: failing ? ONE_TRY : Retries::RETRY_DELAYS)
    rescue DeliveryError
      # The error is in the log, with its keys. The caller receives the first error.
      raise unless failing
    end

    def publish_content_change(change, retry_delays: Retries::RETRY_DELAYS)
      @content_written = false
      action, text, fault = build_message(change)
      listed = change == :create || action != "save"
      keys = listed ? [obj_key, self.class.content_collection_key] : [obj_key]
      refresh = self.class.content_cache_mode == :refresh && %w[save publish].include?(action)
      ReactCacheContent.client.apply_change(keys, text, refresh: refresh, retry_delays: retry_delays)
      raise fault if fault
    end

    # Methods of the model build the message. A mistake there must not stop the expiry.
    def build_message(change)
      action = content_action(change).to_s
      # A destroyed record still reports the changes of its last save.
      action = "delete" if change == :destroy && action != "unpublish"
      [action, Message.serialize(obj_key, action: action, status: content_status), nil]
    rescue StandardError => error
      [nil, nil, error]
    end
  end
end
