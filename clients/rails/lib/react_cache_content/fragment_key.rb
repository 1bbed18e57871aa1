# frozen_string_literal: true

require "bigdecimal"
require "date"
require "digest"
require "json"

module ReactCacheContent
  # The key of a fragment, injective in (name, version, vary): readable while short, hashed beyond.
  module FragmentKey
    MAX_NAME = 200
    MAX_READABLE = 300
    MAX_DEPTH = 32

    class << self
      # @raise [ArgumentError]
      # @example FragmentKey.of("section", "home:1f0c", ["national", :en])
      #   # => '["section","home:1f0c",["national",:"en"]]'
      def of(name, version, vary)
        readable = "[#{text(name, 0)},#{text(version, 0)},#{text(vary, 0)}]"
        return readable if readable.length <= MAX_READABLE

        # One form begins with a bracket, the other with a quote: the two can never meet.
        "#{text(name, 0)}##{Digest::SHA256.hexdigest(readable)}"
      end

      # @raise [ArgumentError]
      def check(name, vary)
        unless name.is_a?(String) && !name.empty? && name.length <= MAX_NAME
          raise ArgumentError, "content_cache: the name must be a String of 1 to #{MAX_NAME} characters."
        end
        return text(vary, 0) if vary.nil? || vary.is_a?(Array) || vary.is_a?(Hash)

        refuse(vary.class, "vary must be a list or a Hash")
      end

      private

      # Each form begins with a character of its own and ends itself, so that no two values give the same text.
      def text(value, depth)
        case value
        when nil, true, false, Integer then value.inspect
        when String then quoted(value)
        when Symbol then ":#{quoted(value.to_s)}"
        when Float then finite(value).inspect
        when BigDecimal then "d#{finite(value)}"
        when DateTime, Time then "@#{value.to_time.to_r}"
        when Date then "@#{quoted(value.iso8601)}"
        when Array then "[#{deeper(value, depth) { |item| text(item, depth + 1) }.join(',')}]"
        when Hash then "{#{pairs(value, depth)}}"
        else format_time_like(value)
        end
      end

      # ActiveSupport's times with zone are no Time.
      def format_time_like(value)
        return "@#{value.to_time.to_r}" if value.respond_to?(:acts_like_time?) && value.acts_like_time?

        refuse(value.class, "vary holds what cannot be part of a key. Pass what the output depends on, such as its id")
      end

      def pairs(hash, depth)
        deeper(hash, depth) { |key, value| "#{text(key, depth + 1)}=>#{text(value, depth + 1)}" }.sort.join(",")
      end

      def deeper(list, depth, &block)
        refuse(list.class, "vary is nested more than #{MAX_DEPTH} deep") if depth >= MAX_DEPTH
        list.map(&block)
      end

      def quoted(string)
        utf8 = string.encode(Encoding::UTF_8)
        return JSON.generate(String.new(utf8)) if utf8.valid_encoding?

        refuse(String, "a text is not well-formed UTF-8")
      rescue EncodingError
        refuse(String, "a text is not in UTF-8")
      end

      def finite(number)
        number.finite? ? number : refuse(number.class, "vary holds a number that is not finite")
      end

      def refuse(kind, fault)
        raise ArgumentError, "content_cache: #{fault} (it is of #{kind})."
      end
    end
  end
end
