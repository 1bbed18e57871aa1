# frozen_string_literal: true

module ReactCacheContent
  # Errors have a `code`, which is the same in every program. The npm package `react-cache-content` has a page for each
  # code.
  module Coded
    attr_reader :code

    # Creates an error of a class of Ruby, with a code. The message contains the code and its page.
    #
    # @example raise Coded.error(TypeError, "CC_INVALID_OBJ", "5 has no key.")
    def self.error(kind, code, message)
      error = kind.new(append_code(message, code)).extend(self)
      error.instance_variable_set(:@code, code)
      error
    end

    def self.append_code(message, code)
      "#{message} [#{code}, see docs/errors/#{code}.md in the npm package react-cache-content]"
    end
  end

  # The superclass of this gem's own errors. Each has a default code.
  class Error < StandardError
    include Coded

    def initialize(message, code: self.class::CODE)
      super(Coded.append_code(message, code))
      @code = code
    end
  end

  # A fragment that contains itself.
  class RecursionError < Error
    CODE = "CC_FRAGMENT_IN_ITSELF"
  end

  # An invalid setting. The message names the setting, and never shows a URL, which may contain a password.
  class ConfigurationError < Error
    CODE = "CC_INVALID_OPTIONS"
  end

  # Redis did not accept an expiry, a refresh or a message after several attempts. Pages may show old content, so the
  # caller must know. The code of a message is CC_PUBLISH_FAILED.
  class DeliveryError < Error
    CODE = "CC_EXPIRE_FAILED"
  end

  # Redis does not answer. Views never raise it, but render uncached.
  class RedisUnavailable < Error
    CODE = "CC_REDIS_UNREACHABLE"
  end

  # Redis refused a command, because it is full or because its user lacks a permission.
  class RedisRefused < Error
    CODE = "CC_REDIS_REFUSED"
  end
end
