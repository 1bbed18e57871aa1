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
require "react_cache_content/capture"
require "react_cache_content/request_start"
require "react_cache_content/view_helpers"
require "react_cache_content/content_model"
require "react_cache_content/railtie" if defined?(::Rails::Railtie)

# Fragments of views that go when the content goes that they show, together with those of a Next site on the same
# Redis.
module ReactCacheContent
  @lock = Mutex.new

  class << self
    # @yieldparam [Config]
    # @raise [ConfigurationError] and then all stays as it was
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

    # Removes every cache that shows one of the objects, in whatever program.
    #
    # @param obj a String key, an object with `obj_key`, or a list of these; nil and false are skipped
    # @return [Integer] caches removed
    # @raise [TypeError, ArgumentError] before anything is expired
    # @raise [DeliveryError] when Redis did not take it after several tries
    def expire_obj(obj)
      client.expire(ObjectKeys.of(obj).uniq)
    end

    # Marks React's fragments stale, which are shown until they are rendered again; removes other caches.
    #
    # @return [Integer] caches marked or removed
    # @raise as expire_obj
    def refresh_obj(obj)
      client.refresh(ObjectKeys.of(obj).uniq)
    end

    # Tells of a change, on a channel and in a stream; who listens expires and rebuilds.
    #
    # @param action `save`, `publish`, `unpublish` or `delete`
    # @param fields further ones, of JSON
    # @raise [ArgumentError] for what cannot be sent
    # @raise [DeliveryError]
    def publish_content(obj, action:, status: nil, **fields)
      texts = ObjectKeys.of(obj).uniq.map { |key| Message.text(key, action: action, status: status, **fields) }
      texts.each { |text| client.publish(text) }
      nil
    end

    # For what reads data before it renders and is no controller's action, as a job is: what is expired from the
    # beginning of the block on is not stored from that data.
    #
    # @example ReactCacheContent.reading { ApplicationController.render(:show, assigns: { story: Story.find(1) }) }
    def reading
      RequestStart.note { yield }
    end

    # Says that the fragment being rendered shows these objects; outside of any it says nothing.
    def register_content(*objs)
      keys = ObjectKeys.of(*objs)
      Capture.current&.register(keys)
      nil
    end
  end
end
