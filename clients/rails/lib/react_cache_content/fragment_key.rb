# frozen_string_literal: true

require "bigdecimal"
require "date"
require "digest"
require "json"
require "react_cache_content/errors"
require "react_cache_content/protocol_gen"

module ReactCacheContent
  # Serializes the name, the version and the vary values as a key. Different fragments have different keys. Short keys
  # are readable, long ones are hashed.
  module FragmentKey
    MAX_READABLE = 300

    class << self
      # @raise [ArgumentError] CC_INVALID_VARY
      # @example FragmentKey.of("section", "home:1f0c", ["national", :en])
      #   # => '["section","home:1f0c",["national",:"en"]]'
      def of(name, version, vary)
        readable = "[#{serialize(name, 0)},#{serialize(version, 0)},#{serialize(vary, 0)}]"
        return readable if readable.length <= MAX_READABLE

        # A readable key begins with a bracket and a hashed one with a quote, so the two never collide.
        "#{serialize(name, 0)}##{Digest::SHA256.hexdigest(readable)}"
      end

      # @raise [ArgumentError] CC_INVALID_NAME, CC_INVALID_VARY
      def check(name, vary)
        unless name.is_a?(String) && !name.empty? && name.length <= Protocol::MAX_NAME_LENGTH
          fault = "content_cache: the name must be a String of 1 to #{Protocol::MAX_NAME_LENGTH} characters."
          raise Coded.error(ArgumentError, "CC_INVALID_NAME", fault)
        end
        return serialize(vary, 0) if vary.nil? || vary.is_a?(Array) || vary.is_a?(Hash)

        refuse(vary.class, "vary must be a list or a Hash")
      end

      private

      # The text of each type begins with a distinct character and marks its own end, so that different values have
      # different texts.
      def serialize(value, depth)
        case value
        when nil, true, false, Integer then value.inspect
        when String then quote(value)
        when Symbol then ":#{quote(value.to_s)}"
        when Float then check_finite(value).inspect
        when BigDecimal then "d#{check_finite(value)}"
        when DateTime, Time then "@#{value.to_time.to_r}"
        when Date then "@#{quote(value.iso8601)}"
        when Array then "[#{map_nested(value, depth) { |item| serialize(item, depth + 1) }.join(',')}]"
        when Hash then "{#{serialize_pairs(value, depth)}}"
        else format_time_like(value)
        end
      end

      # ActiveSupport's times with a zone are not instances of Time.
      def format_time_like(value)
        return "@#{value.to_time.to_r}" if value.respond_to?(:acts_like_time?) && value.acts_like_time?

        refuse(value.class, "vary holds a value that cannot be part of a key. Pass the id of an object, for instance")
      end

      def serialize_pairs(hash, depth)
        pairs = map_nested(hash, depth) do |key, value|
          "#{serialize(key, depth + 1)}=>#{serialize(value, depth + 1)}"
        end
        pairs.sort.join(",")
      end

      def map_nested(list, depth, &block)
        refuse(list.class, "vary is nested more than #{Protocol::MAX_VARY_DEPTH} deep") if depth >= Protocol::MAX_VARY_DEPTH
        list.map(&block)
      end

      def quote(string)
        utf8 = string.encode(Encoding::UTF_8)
        return JSON.generate(String.new(utf8)) if utf8.valid_encoding?

        refuse(String, "a String is not well-formed UTF-8")
      rescue EncodingError
        refuse(String, "a String is not in UTF-8")
      end

      def check_finite(number)
        number.finite? ? number : refuse(number.class, "vary holds a number that is not finite")
      end

      def refuse(kind, fault)
        raise Coded.error(ArgumentError, "CC_INVALID_VARY", "content_cache: #{fault} (its class is #{kind}).")
      end
    end
  end
end
