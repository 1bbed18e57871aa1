# frozen_string_literal: true

require "react_cache_content/errors"
require "react_cache_content/fragment"
require "react_cache_content/fragment_key"
require "react_cache_content/request_start"

module ReactCacheContent
  # Helpers of every view.
  module ViewHelpers
    # Caches the output of the block until one of the registered objects is expired.
    #
    # @param name [String]
    # @param vary [Array, Hash, nil] everything else that the output depends on
    # @param expires_in [Numeric, nil] seconds. With 0 or nil the fragment is kept until it is expired
    # @param version [String, nil] part of the key. Default: the digest of the template, so that a changed template is
    #   rendered again
    # @raise [ArgumentError] CC_INVALID_NAME, CC_INVALID_VARY, CC_INVALID_TTL
    # @example
    #   <% content_cache "section", vary: [I18n.locale] do %> … <% end %>
    def content_cache(name, vary: nil, expires_in: nil, version: nil, &block)
      # Checked even if caching is off, so that a mistake is found in development.
      FragmentKey.check(name, vary)
      seconds = content_cache_seconds(expires_in)
      if content_cache_performed?
        key = FragmentKey.of(name, version || content_cache_version, vary)
        started_at = RequestStart.current(controller)
        fragment = Fragment.new(ReactCacheContent.client, key, seconds: seconds, started_at: started_at)
        html = fragment.fetch { capture(&block) || "" }
        # The HTML is safe, because this render or an earlier render of the view produced it.
        safe_concat(html.html_safe)
      else
        yield
      end
      nil
    end

    # Makes the fragments around the call depend on these objects.
    def register_content(*objs)
      ReactCacheContent.register_content(*objs)
    end

    private

    def content_cache_performed?
      ReactCacheContent.config.enabled && controller.respond_to?(:perform_caching) && controller.perform_caching
    end

    def content_cache_seconds(value)
      return nil if value.nil?

      number = value.is_a?(Numeric) || value.is_a?(ActiveSupport::Duration)
      unless number && value.to_f.finite? && !value.to_f.negative?
        fault = "content_cache: expires_in must be a number of seconds, 0 or more."
        raise Coded.error(ArgumentError, "CC_INVALID_TTL", fault)
      end
      value.to_f.zero? ? nil : value.to_f
    end

    def content_cache_version
      template = @current_template
      return "" unless template&.virtual_path

      "#{digest_path_from_template(template)}.#{template.format}"
    end
  end
end
