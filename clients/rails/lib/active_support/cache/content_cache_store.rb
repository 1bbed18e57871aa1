# frozen_string_literal: true

require "active_support"
require "active_support/cache"
require "active_support/cache/redis_cache_store"
require "react_cache_content"
require "react_cache_content/json_text"

module ActiveSupport
  module Cache
    # `Rails.cache` on the Redis that is shared with the Next site. In addition to RedisCacheStore, it expires values
    # together with their objects.
    #
    #   Rails.cache.fetch("teaser", objects: [story]) { { "headline" => story.headline } }
    #
    # Values with objects are JSON, or text with `raw: true`, because other programs read them. All other values have
    # the format of Rails.
    class ContentCacheStore < RedisCacheStore
      # The first bytes that JSON can have. Values in the format of Rails begin with other bytes.
      JSON_BEGINS = /\A[\[{"0-9tfn-]/n.freeze

      # @param namespace prefix of all keys. Default: `<namespace of ReactCacheContent>:cache`
      # @param url URL of a Redis other than that of ReactCacheContent. The other settings are the same
      # @raise [ArgumentError] CC_INVALID_OPTIONS
      def initialize(namespace: nil, url: nil, **options)
        if options.key?(:redis)
          refuse("ContentCacheStore creates its own client. Pass url:, or set c.url and c.redis_options in " \
                 "ReactCacheContent.configure.")
        end
        check_namespace(namespace)
        create_config(url) if url
        @custom_url = url
        super(namespace: namespace || -> { "#{content_client.keys.namespace}:cache" }, **options)
        return if redis_options.except(:url).empty?

        refuse("ContentCacheStore has no option #{redis_options.keys.join(', ')}. Set options of the connection in " \
               "c.redis_options of ReactCacheContent.configure.")
      end

      # Takes a token. Call it before you compute a value, and pass the token to `write`. The value is refused if one of
      # its objects was expired since then. In a controller's action the token is from the beginning of the action.
      #
      # @return [ReactCacheContent::Token] an invalid one when Redis does not answer
      def token
        started_at = ReactCacheContent::RequestStart.current
        content_client.token(started_at: started_at) || ReactCacheContent::Token::INVALID
      end

      # @param options[:objects] the objects that the value shows. Without a token, only expiries after this call count
      def write(name, value, options = nil)
        return super unless options&.key?(:objects)

        super(name, value, options.merge(objects: ReactCacheContent::ObjectKeys.of(options[:objects]).uniq))
      end

      # With `objects:`, the fragment around the call depends on these objects too. It also depends on the objects of
      # every value that it reads.
      def fetch(name, options = nil, &block)
        return super unless block && options&.key?(:objects)

        with_fence(options, block) { |merged, compute| super(name, merged, &compute) }
      end

      # Like fetch, for several values that show the same objects.
      def fetch_multi(*names, &block)
        options = names.extract_options!
        return super(*names, options, &block) unless options.key?(:objects)

        with_fence(options, block) { |merged, compute| super(*names, merged, &compute) }
      end

      # @see ReactCacheContent.expire_obj
      def expire_obj(obj)
        content_client.expire(ReactCacheContent::ObjectKeys.of(obj).uniq)
      end

      # @see ReactCacheContent.refresh_obj
      def refresh_obj(obj)
        content_client.refresh(ReactCacheContent::ObjectKeys.of(obj).uniq)
      end

      # Clears only the store's own namespace, because other programs share this Redis.
      def clear(options = nil)
        prefix = namespace_key("", options)
        refuse("ContentCacheStore clears nothing without a namespace.") if prefix.empty?

        pattern = "#{prefix.gsub(/[\\*?\[\]^-]/) { |special| "\\#{special}" }}*"
        safely(:clear) do
          cursor = "0"
          loop do
            cursor, names = redis.scan(cursor, match: pattern, count: ReactCacheContent::Protocol::MEMBERS_PER_CALL)
            content_client.remove(names)
            break if cursor == "0"
          end
        end
      end

      # Within a fragment, values are read one by one, each with its objects.
      def mget_capable?
        super && ReactCacheContent::DependencyScope.current.nil?
      end

      def redis
        content_client.redis
      end

      # Does not show the URL, which may contain a password.
      def inspect
        "#<#{self.class} #{content_client.config.inspect}>"
      end

      private

      def content_client
        return ReactCacheContent.client unless @custom_url

        # Created on first use, because Rails creates its cache before the initializers of the site have run.
        @custom_client ||= ReactCacheContent::Client.new(create_config(@custom_url))
      end

      def refuse(fault)
        raise ReactCacheContent::Coded.error(ArgumentError, "CC_INVALID_OPTIONS", fault)
      end

      def create_config(url)
        config = ReactCacheContent.config.dup
        config.url = url
        config.validate!.freeze
      end

      def check_namespace(namespace)
        return if namespace.nil? || namespace.respond_to?(:call)

        keys = ReactCacheContent.config.keys
        own = "#{namespace}:"
        reserved = [keys.fragment_prefix, keys.object_prefix, keys.reverse_prefix]
        return unless reserved.any? { |prefix| own.start_with?(prefix) || prefix.start_with?(own) }

        refuse("ContentCacheStore: the namespace #{namespace.inspect} overlaps with keys of fragments or of the index.")
      end

      # In a request, Rails keeps copies of values. They would outlive an expiry, and would be stored again with a
      # token that is younger than they are.
      def local_cache
        nil
      end

      # A hit needs no token. On a miss the token is taken before the first value is computed.
      def with_fence(options, block)
        keys = ReactCacheContent::ObjectKeys.of(options[:objects]).uniq
        ReactCacheContent::DependencyScope.current&.register(keys)
        taken = nil
        compute = lambda do |*args|
          taken ||= token
          block.call(*args)
        end
        yield options.merge(objects: keys, token: -> { taken }), compute
      end

      def read_entry(key, raw: false, **options)
        scope = ReactCacheContent::DependencyScope.current
        return super unless scope

        lookup = content_client.lookup(key)
        entry = lookup&.hit && deserialize_entry(lookup.hit.bytes, raw: raw)
        embed_value(lookup, entry, scope) if entry && !entry.expired?
        entry
      end

      # With a race_condition_ttl, the value stays in Redis for longer than Rails shows it.
      def embed_value(lookup, entry, scope)
        ends = entry.expires_at && entry.expires_at.to_f - Time.now.to_f
        hit = lookup.hit.dup
        hit.seconds_left = [hit.seconds_left, ends].compact.min
        scope.embed_hit(hit, @custom_url ? nil : lookup.seen)
      end

      def read_multi_entries(names, **options)
        return super unless ReactCacheContent::DependencyScope.current

        Store.instance_method(:read_multi_entries).bind_call(self, names, **options)
      end

      def write_entry(key, entry, objects: nil, token: nil, unless_exist: false, raw: false, expires_in: nil, **options)
        embed_written(objects, expires_in)
        if objects.nil?
          further = expires_in ? { expires_in: expires_in } : {}
          return super(key, entry, unless_exist: unless_exist, raw: raw, **further, **options)
        end
        refuse("unless_exist cannot be combined with objects.") if unless_exist

        text = raw ? encode_raw(entry.value) : ReactCacheContent::JsonText.dump(entry.value)
        token = token.call if token.respond_to?(:call)
        token ||= self.token
        content_client.commit(key, text, objects: objects, token: token, seconds: expires_in&.to_f)
      end

      def embed_written(objects, seconds)
        scope = ReactCacheContent::DependencyScope.current
        scope&.register(objects || [])
        scope&.limit_lifetime(seconds&.to_f)
      end

      def write_multi_entries(entries, objects: nil, **options)
        return super(entries, **options) if objects.nil?

        keys = ReactCacheContent::ObjectKeys.of(objects).uniq
        entries.each { |key, entry| write_entry(key, entry, objects: keys, **options) }
      end

      def deserialize_entry(payload, raw: false, **options)
        return super if raw || payload.nil? || !payload.b.match?(JSON_BEGINS)

        Entry.new(ReactCacheContent::JsonText.load(payload.dup.force_encoding(Encoding::UTF_8)), compress: false)
      rescue JSON::ParserError
        nil
      end

      # Also removes the value from the index.
      def delete_entry(key, **)
        safely(:delete_entry, returning: false) do
          redis.exists?(key).tap { content_client.remove([key]) }
        end
      end

      def delete_multi_entries(entries, **)
        entries.count { |key| delete_entry(key) }
      end

      # A text must not look like the format of Rails, because a read without `raw` would load objects from it.
      def encode_raw(value)
        text = String.new(value.to_s).encode(Encoding::UTF_8)
        text.valid_encoding? && !text.match?(/\A[\u0000-\u0008\u000e-\u001f]/) ? text : refuse_raw
      rescue EncodingError
        refuse_raw
      end

      def refuse_raw
        fault = "A raw value with objects must be text in UTF-8."
        raise ReactCacheContent::Coded.error(ArgumentError, "CC_INVALID_VALUE", fault)
      end

      def safely(method, returning: nil)
        failsafe(method, returning: returning) { yield }
      rescue ReactCacheContent::RedisUnavailable, ReactCacheContent::RedisRefused => error
        handle_exception(exception: error, method: method, returning: returning)
        returning
      end
    end
  end
end
