# frozen_string_literal: true

module ReactCacheContent
  VERSION = "0.1.0"
end
