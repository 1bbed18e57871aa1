# Reads what Rails.cache finds in Redis. In: JSON with a URL and names of caches. Out: JSON.

require 'json'
require 'active_support'
require 'active_support/cache'
require 'active_support/cache/redis_cache_store'
require 'action_controller'

asked = JSON.parse($stdin.read)
store = ActiveSupport::Cache::RedisCacheStore.new(
  url: asked['url'],
  error_handler: ->(exception:, **) { raise exception },
)
controller = ActionController::Base.new
controller.config.cache_store = store
controller.config.perform_caching = true

shown = lambda do |value|
  next if value.nil?
  { type: value.class.name, encoding: value.encoding.name, valid: value.valid_encoding?, value: value }
end

# Those that are over are removed when they are read.
entries = asked['names'].map { |name| store.send(:read_entry, name) }
$stdout.write(
  JSON.generate(
    times: entries.map { |entry| entry && { expires_at: entry.expires_at, expired: !!entry.expired? } },
    read: asked['names'].map { |name| shown.(store.read(name)) },
    multi: store.read_multi(*asked['names']).keys,
    raw: asked['raw'].map { |name| store.read(name, raw: true)&.force_encoding('UTF-8') },
    block: controller.read_fragment('sidebar'),
  ),
)
