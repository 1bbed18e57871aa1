# frozen_string_literal: true

require "json"
require "time"
require "react_cache_content/json_text"
require "react_cache_content/protocol_gen"

module ReactCacheContent
  # What is told of a change: the text of a JSON object, the same for programs in every language.
  module Message
    # @param fields [Hash] further fields; `type` is the key up to its last colon unless given
    # @raise [ArgumentError]
    def self.text(key, action:, status: nil, **fields)
      unless Protocol::MESSAGE_ACTIONS.include?(action.to_s)
        raise ArgumentError, "publish_content: the action must be one of #{Protocol::MESSAGE_ACTIONS.join(', ')}, " \
                             "but is #{action.inspect[0, 80]}."
      end
      further = fields.transform_keys(&:to_s)
      taken = further.keys & Protocol::RESERVED_MESSAGE_FIELDS
      raise ArgumentError, "publish_content: #{taken.join(', ')} is written by the cache itself." if taken.any?

      message = { "v" => Protocol::MESSAGE_VERSION, "key" => key, "action" => action.to_s }
      message["status"] = text_of("status", status) unless status.nil?
      message["type"] = text_of("type", further.delete("type") || ObjectType.of(key))
      message["at"] = Time.now.utc.iso8601(3)
      bounded(JsonText.dump(message.merge(further)))
    end

    def self.text_of(name, value)
      return value.to_s if value.is_a?(String) || value.is_a?(Symbol)

      raise ArgumentError, "publish_content: #{name} must be a String, but is of #{value.class}."
    end
    private_class_method :text_of

    def self.bounded(text)
      return text if text.bytesize <= Protocol::MAX_MESSAGE_BYTES

      raise ArgumentError, "publish_content: the message has #{text.bytesize} bytes, and may have " \
                           "#{Protocol::MAX_MESSAGE_BYTES}. Send what identifies the content; listeners read the rest themselves."
    end
    private_class_method :bounded
  end

  # What an object is one of: its key up to the last colon.
  module ObjectType
    def self.of(key)
      key.include?(":") ? key.rpartition(":").first : key
    end

    # Registered by lists that must change when there is a new object of the type.
    def self.collection_key(type)
      "#{type}:new"
    end
  end
end
