# frozen_string_literal: true

require "json"
require "react_cache_content/errors"

module ReactCacheContent
  # Serializes values as JSON that any program can read. Refuses a value that would differ after parsing.
  module JsonText
    MAX_DEPTH = 64

    class << self
      # @raise [ArgumentError] CC_INVALID_VALUE
      def dump(value)
        JSON.generate(to_json_value(value, 0))
      end

      # @raise [JSON::ParserError]
      def load(text)
        JSON.parse(text, max_nesting: MAX_DEPTH + 1)
      end

      private

      def to_json_value(value, depth)
        refuse("values nested more than #{MAX_DEPTH} deep") if depth > MAX_DEPTH

        case value
        when nil, true, false, Integer then value
        when Float then value.finite? ? value : refuse("a number that is not finite")
        when String then encode_utf8(value)
        when Array then value.map { |item| to_json_value(item, depth + 1) }
        when Hash then value.to_h { |key, item| [check_hash_key(key), to_json_value(item, depth + 1)] }
        else refuse("a #{value.class}; pass Strings, numbers, true, false, nil, Arrays and Hashes")
        end
      end

      def check_hash_key(key)
        return encode_utf8(key) if key.is_a?(String)

        refuse("a Hash with a #{key.class} as key, which would be parsed as a String")
      end

      def encode_utf8(text)
        # A subclass such as SafeBuffer has its own form in JSON.
        copy = String.new(text.encode(Encoding::UTF_8))
        copy.valid_encoding? ? copy : refuse("a String that is not well-formed UTF-8")
      rescue EncodingError
        refuse("a String that is not in UTF-8")
      end

      def refuse(what)
        raise Coded.error(ArgumentError, "CC_INVALID_VALUE", "JSON: the value holds #{what}.")
      end
    end
  end
end
