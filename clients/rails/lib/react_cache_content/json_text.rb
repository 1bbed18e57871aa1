# frozen_string_literal: true

require "json"

module ReactCacheContent
  # Values as JSON that any program reads, and that come back equal: what would not is refused rather than changed.
  module JsonText
    MAX_DEPTH = 64

    class << self
      # @raise [ArgumentError]
      def dump(value)
        JSON.generate(plain(value, 0))
      end

      # @raise [JSON::ParserError]
      def load(text)
        JSON.parse(text, max_nesting: MAX_DEPTH + 1)
      end

      private

      def plain(value, depth)
        raise ArgumentError, "JSON: the value is nested more than #{MAX_DEPTH} deep." if depth > MAX_DEPTH

        case value
        when nil, true, false, Integer then value
        when Float then value.finite? ? value : refuse("a number that is not finite")
        when String then utf8(value)
        when Array then value.map { |item| plain(item, depth + 1) }
        when Hash then value.to_h { |key, item| [key_of(key), plain(item, depth + 1)] }
        else refuse("a #{value.class}; pass texts, numbers, true, false, nil, lists and Hashes")
        end
      end

      def key_of(key)
        key.is_a?(String) ? utf8(key) : refuse("a Hash whose key is a #{key.class}, and would come back as a String")
      end

      def utf8(text)
        # Not a subclass such as SafeBuffer, which has JSON of its own.
        copy = String.new(text.encode(Encoding::UTF_8))
        copy.valid_encoding? ? copy : refuse("a text that is not well-formed UTF-8")
      rescue EncodingError
        refuse("a text that is not in UTF-8")
      end

      def refuse(what)
        raise ArgumentError, "JSON: the value holds #{what}."
      end
    end
  end
end
