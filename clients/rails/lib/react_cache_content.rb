# frozen_string_literal: true

require "logger"
require "active_support"
require "active_support/core_ext/string/output_safety"
require "active_support/duration"
require "react_cache_content/version"
require "react_cache_content/errors"
require "react_cache_content/config"
require "react_cache_content/object_keys"
require "react_cache_content/message"
require "react_cache_content/client"
require "react_cache_content/dependency_scope"
require "react_cache_content/request_start"
require "react_cache_content/view_helpers"
require "react_cache_content/content_model"
require "react_cache_content/railtie" if defined?(::Rails::Railtie)

# Caches fragments of views, and expires them together with their content. A Next site on the same Redis shares the
# expiries.
module ReactCacheContent
  @lock = Mutex.new

  class << self
    # @yieldparam [Config]
    # @raise [ConfigurationError] The previous settings then stay in effect
    # @example ReactCacheContent.configure { |c| c.url = "redis://localhost:6379" }
    def configure
      draft = config.dup
      yield draft
      draft.validate!.freeze
      @lock.synchronize do
        @config = draft
        @client = nil
      end
    end

    def config
      @config || @lock.synchronize { @config ||= Config.new.freeze }
    end

    # @raise [ConfigurationError]
    def client
      @client || @lock.synchronize { @client ||= Client.new((@config ||= Config.new.freeze).validate!) }
    end

    # Removes every cache that shows one of the objects, in any program.
    #
    # @param obj a String key, an object with `obj_key`, or a list of these. nil and false are skipped
    # @return [Integer] the number of caches removed
    # @raise [TypeError, ArgumentError] CC_INVALID_OBJ, before anything is expired
    # @raise [DeliveryError] CC_EXPIRE_FAILED, when Redis did not accept it after several attempts
    def expire_obj(obj)
      client.expire(ObjectKeys.of(obj).uniq)
    end

    # Marks React's fragments stale and removes other caches. A stale fragment is shown until a render replaces it.
    #
    # @return [Integer] the number of caches marked or removed
    # @raise as expire_obj
    def refresh_obj(obj)
      client.refresh(ObjectKeys.of(obj).uniq)
    end

    # Publishes a message about a change, on a channel and in a stream. Workers that receive it expire and rebuild.
    #
    # @param action `save`, `publish`, `unpublish` or `delete`
    # @param fields further fields, which JSON must be able to hold
    # @raise [ArgumentError] CC_INVALID_MESSAGE, before anything is published
    # @raise [DeliveryError] CC_PUBLISH_FAILED
    def publish_content(obj, action:, status: nil, **fields)
      texts = ObjectKeys.of(obj).uniq.map { |key| Message.serialize(key, action: action, status: status, **fields) }
      texts.each { |text| client.publish(text) }
      nil
    end

    # For code outside a controller's action that reads data and then renders it, such as a job. A fragment is not
    # stored when one of its objects was expired after the beginning of the block.
    #
    # @example ReactCacheContent.reading { ApplicationController.render(:show, assigns: { story: Story.find(1) }) }
    def reading
      RequestStart.note { yield }
    end

    # Makes the fragment that is being rendered depend on these objects. Outside a fragment it has no effect.
    #
    # @raise [TypeError, ArgumentError] CC_INVALID_OBJ
    def register_content(*objs)
      keys = ObjectKeys.of(*objs)
      DependencyScope.current&.register(keys)
      nil
    end
  end
end
