# frozen_string_literal: true

require_relative "lib/react_cache_content/version"

Gem::Specification.new do |spec|
  spec.name = "react_cache_content"
  spec.version = ReactCacheContent::VERSION
  spec.authors = ["react-cache-content contributors"]
  spec.summary = "Nested fragment caching for Rails that shares its expiries with react-cache-content"
  spec.description = "Caches parts of views, and expires them together with the objects that they show, " \
                     "for Rails and a Next site on the same Redis."
  spec.license = "MIT"
  spec.required_ruby_version = ">= 2.7"
  spec.files = Dir["lib/**/*.{rb,lua}", "README.md", "LICENSE", base: __dir__]
  spec.metadata = { "rubygems_mfa_required" => "true" }
  spec.add_dependency "activesupport", ">= 6.1"
  spec.add_dependency "redis", ">= 4.5"
end
