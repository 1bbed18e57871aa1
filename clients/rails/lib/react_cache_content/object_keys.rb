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

      private

      def collect(obj, depth)
        return [] if obj.nil? || obj == false
        return [checked(obj, obj)] if obj.is_a?(String)

        # Relations are lists too.
        list = Array.try_convert(obj)
        return [checked(read_obj_key(obj), obj)] unless list
        if depth >= Protocol::MAX_LIST_DEPTH
          refuse(ArgumentError, "Lists of objects are nested more than #{Protocol::MAX_LIST_DEPTH} deep.")
        end

        list.flat_map { |item| collect(item, depth + 1) }
      end

      def read_obj_key(obj)
        method = Protocol::KEY_FIELDS.find { |name| obj.respond_to?(name) }
        key = method && obj.public_send(method)
        return key if key.is_a?(String)

        refuse(TypeError, "#{show(obj)} has no key. Pass a String, or an object whose obj_key is one.")
      end

      def checked(key, obj)
        text = key.encode(Encoding::UTF_8)
        fault = get_key_error(text)
        refuse(ArgumentError, "#{show(obj)} cannot be expired or registered: #{fault}.") if fault

        # A frozen copy, because the caller may change the String later. It is not a subclass such as SafeBuffer.
        String.new(text).freeze
      rescue EncodingError
        refuse(ArgumentError, "#{show(obj)} cannot be expired or registered: its key is not in UTF-8.")
      end

      def get_key_error(key)
        return "its key is not well-formed Unicode" unless key.valid_encoding?
        return "its key is empty" if key.empty?
        if key.encode(Encoding::UTF_16LE).bytesize / 2 > Protocol::MAX_KEY_LENGTH
          return "its key is longer than #{Protocol::MAX_KEY_LENGTH} characters"
        end

        "its key holds control characters" if key.match?(/[\u0000-\u001f\u007f]/)
      end

      # Shows only the class of a record, whose fields may not belong in logs.
      def show(obj)
        obj.is_a?(String) ? obj.inspect[0, 80] : "An object of #{obj.class}"
      end

      def refuse(kind, fault)
        raise Coded.error(kind, "CC_INVALID_OBJ", fault)
      end
    end
  end
end
