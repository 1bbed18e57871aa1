# Reads caches in Redis with Rails.cache. Stdin has JSON with a URL and the names of caches. Stdout gets JSON.

require 'json'
require 'active_support'
require 'active_support/cache'
require 'active_support/cache/redis_cache_store'
require 'action_controller'

request = JSON.parse($stdin.read)
store = ActiveSupport::Cache::RedisCacheStore.new(
  url: request['url'],
  error_handler: ->(exception:, **) { raise exception },
)
controller = ActionController::Base.new
controller.config.cache_store = store
controller.config.perform_caching = true

describe = lambda do |value|
  next if value.nil?
  { type: value.class.name, encoding: value.encoding.name, valid: value.valid_encoding?, value: value }
end

# Before `read`, because it removes expired entries.
entries = request['names'].map { |name| store.send(:read_entry, name) }
$stdout.write(
  JSON.generate(
    times: entries.map { |entry| entry && { expires_at: entry.expires_at, expired: !!entry.expired? } },
    read: request['names'].map { |name| describe.(store.read(name)) },
    multi: store.read_multi(*request['names']).keys,
    raw: request['raw'].map { |name| store.read(name, raw: true)&.force_encoding('UTF-8') },
    block: controller.read_fragment('sidebar'),
  ),
)
