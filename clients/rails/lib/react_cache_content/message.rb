# frozen_string_literal: true

require "json"
require "time"
require "react_cache_content/errors"
require "react_cache_content/json_text"
require "react_cache_content/object_keys"
require "react_cache_content/protocol_gen"

module ReactCacheContent
  # The text of a message about a change: a JSON object, in the schema that all programs share.
  module Message
    # @param fields [Hash] further fields. The default of `type` is the key up to its last colon
    # @raise [ArgumentError] CC_INVALID_MESSAGE
    def self.serialize(key, action:, status: nil, **fields)
      unless Protocol::MESSAGE_ACTIONS.include?(action.to_s)
        refuse("publish_content: the action must be one of #{Protocol::MESSAGE_ACTIONS.join(', ')}, " \
               "but is #{action.inspect[0, 80]}.")
      end
      further = fields.transform_keys(&:to_s)
      taken = further.keys & Protocol::RESERVED_MESSAGE_FIELDS
      refuse("publish_content: these fields are reserved: #{taken.join(', ')}.") if taken.any?

      message = { "v" => Protocol::MESSAGE_VERSION, "key" => key, "action" => action.to_s }
      message["status"] = check_text("status", status)
      message["type"] = check_text("type", further.delete("type")) || ObjectType.of(key)
      message["at"] = Time.now.utc.iso8601(3)
      check_size(dump_json(message.compact.merge(further)))
    end

    def self.dump_json(message)
      JsonText.dump(message)
    rescue ArgumentError => error
      refuse(error.message)
    end
    private_class_method :dump_json

    # Returns nil for an empty text. Columns of models often hold one, and readers would refuse it.
    def self.check_text(name, value)
      return nil if value.nil? || value == ""
      unless value.is_a?(String) || value.is_a?(Symbol)
        refuse("publish_content: #{name} must be a String, but its class is #{value.class}.")
      end

      text = value.to_s.encode(Encoding::UTF_8)
      fault = ObjectKeys.key_error(text)
      fault ? refuse("publish_content: #{name} #{fault}.") : text
    rescue EncodingError
      refuse("publish_content: #{name} is not in UTF-8.")
    end
    private_class_method :check_text

    def self.check_size(text)
      return text if text.bytesize <= Protocol::MAX_MESSAGE_BYTES

      refuse("publish_content: the message has #{text.bytesize} bytes, of #{Protocol::MAX_MESSAGE_BYTES} at most. " \
             "Send the key of the content, so that receivers can load the rest.")
    end
    private_class_method :check_size

    def self.refuse(fault)
      raise Coded.error(ArgumentError, "CC_INVALID_MESSAGE", fault)
    end
    private_class_method :refuse
  end

  # The type of an object: its key up to the last colon.
  module ObjectType
    def self.of(key)
      type = key.rpartition(":").first
      type.empty? ? key : type
    end

    # Lists of objects of the type register this key, because a new object changes them.
    def self.collection_key(type)
      "#{type}:new"
    end
  end
end
