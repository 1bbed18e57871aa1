# frozen_string_literal: true

require "react_cache_content/errors"
require "react_cache_content/protocol_gen"

module ReactCacheContent
  # Reads the keys of the values that may be passed as `obj`. The limits are the same in all programs.
  module ObjectKeys
    class << self
      # Returns the keys in order. A list is used as a whole or not at all.
      #
      # @raise [TypeError] CC_INVALID_OBJ, for an object without a key
      # @raise [ArgumentError] CC_INVALID_OBJ, for a text that cannot be a key
      def of(*objs)
        objs.flat_map { |obj| collect(obj, 0) }
      end

      # Returns the reason why a text in UTF-8 cannot be a key or a part of one, or nil if it can.
      def key_error(text)
        return "is not well-formed Unicode" unless text.valid_encoding?
        return "is empty" if text.empty?
        if text.encode(Encoding::UTF_16LE).bytesize / 2 > Protocol::MAX_KEY_LENGTH
          return "is longer than #{Protocol::MAX_KEY_LENGTH} characters"
        end

        "holds control characters" if text.match?(/[\u0000-\u001f\u007f]/)
      end

      private

      def collect(obj, depth)
        return [] if obj.nil? || obj == false
        return [check_key(obj, obj)] if obj.is_a?(String)

        # Relations are lists too.
        list = Array.try_convert(obj)
        return [check_key(read_obj_key(obj), obj)] unless list
        if depth >= Protocol::MAX_LIST_DEPTH
          refuse(ArgumentError, "Lists of objects are nested more than #{Protocol::MAX_LIST_DEPTH} deep.")
        end

        list.flat_map { |item| collect(item, depth + 1) }
      end

      def read_obj_key(obj)
        method = Protocol::KEY_FIELDS.find { |name| obj.respond_to?(name) }
        key = method && obj.public_send(method)
        return key if key.is_a?(String)

        refuse(TypeError, "#{format_object(obj)} has no key. Pass a String, or an object whose obj_key is one.")
      end

      def check_key(key, obj)
        text = key.encode(Encoding::UTF_8)
        fault = key_error(text)
        refuse(ArgumentError, "#{format_object(obj)} cannot be expired or registered: its key #{fault}.") if fault

        # A frozen copy, because the caller may change the String later. A String, because the key may be a SafeBuffer.
        String.new(text).freeze
      rescue EncodingError
        refuse(ArgumentError, "#{format_object(obj)} cannot be expired or registered: its key is not in UTF-8.")
      end

      # Shows only the class of a record, because its fields may be confidential.
      def format_object(obj)
        obj.is_a?(String) ? obj.inspect[0, 80] : "An object of #{obj.class}"
      end

      def refuse(kind, fault)
        raise Coded.error(kind, "CC_INVALID_OBJ", fault)
      end
    end
  end
end
