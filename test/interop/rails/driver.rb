# frozen_string_literal: true

# Runs commands on the newsroom. Each line of stdin is JSON, `{ id, command, args }`, and so is each line of stdout,
# `{ id, value }` or `{ id, error, code }`. Each command has a thread, so that two can run at once.

require "json"

out = $stdout.dup
$stdout.reopen($stderr)
require_relative "newsroom"
require "rack/mock"

# Drops the server's reply to a step. The reply to an expiry is lost once, replies about routes every time.
module DroppedReply
  def self.drop_after(step)
    Thread.current[:dropped_reply] = step
  end

  %i[enqueue mark_ready expire].each do |step|
    define_method(step) do |*args|
      super(*args).tap { drop_reply(step) } if step == :expire || !drop_reply(step)
    end
  end

  private

  def drop_reply(step)
    return false unless Thread.current[:dropped_reply] == step.to_s

    Thread.current[:dropped_reply] = nil if step == :expire
    raise Redis::TimeoutError, "dropped"
  end
end
ReactCacheContent::RebuildRoutes.prepend(DroppedReply)
ReactCacheContent::Expiry.prepend(DroppedReply)

module Commands
  class << self
    def save_story(id:, headline:, status: nil, rollback: false, type: "News::Story", odd_status: nil, dropped: nil)
      DroppedReply.drop_after(dropped)
      model = Object.const_get(type)
      model.transaction do
        story = model.find_or_initialize_by(id: id)
        story.odd_status = odd_status
        story.headline = headline
        story.status = status if status
        story.save!
        raise ActiveRecord::Rollback if rollback
      end
      nil
    end

    # Saves all in one transaction. With `fail_first`, a callback of the first one raises.
    def save_stories(ids:, headline:, fail_first: false)
      News::Story.transaction do
        ids.each_with_index do |id, index|
          story = News::Story.find_or_initialize_by(id: id)
          story.fail_after_commit = fail_first && index.zero?
          story.update!(headline: headline)
        end
      end
      nil
    end

    def read_headline(id:) = News::Story.find(id).headline

    def delete_story(id:, type: "News::Story") = Object.const_get(type).find(id).destroy! && nil

    def touch_story(id:) = News::Story.find(id).touch && nil

    def update_columns(id:, headline:) = News::Story.find(id).update_columns(headline: headline) && nil

    def create_and_delete(id:, status: nil)
      News::Story.transaction { News::Story.create!(id: id, headline: "brief life", status: status).destroy! }
      nil
    end

    def render_template(name:, assigns: {})
      env = Rack::MockRequest.env_for("/#{name}").merge("newsroom.assigns" => assigns)
      status, _headers, body = Rails.application.call(env)
      text = +""
      body.each { |part| text << part }
      body.close if body.respond_to?(:close)
      raise "status #{status}" unless status == 200

      text
    end

    # Renders in a transaction that is rolled back. With `before`, the change is rolled back before the render.
    def render_in_uncommitted(name:, id:, headline:, before: false)
      html = nil
      News::Story.transaction do
        News::Story.transaction(requires_new: true) do
          News::Story.find(id).update!(headline: headline)
          raise ActiveRecord::Rollback if before
        end
        html = render_template(name: name, assigns: { "id" => id })
        raise ActiveRecord::Rollback
      end
      html
    end

    def cache_write_in_uncommitted(id:, key:, objects:)
      written = nil
      News::Story.transaction do
        News::Story.find(id).touch
        written = CACHES.own.write(key, "uncommitted", objects: objects)
        raise ActiveRecord::Rollback
      end
      written
    end

    def set_perform_caching(on:) = (ActionController::Base.perform_caching = on) && nil

    def cache_read(key:, raw: false, store: "rails") = CACHES[store].read(key, raw: raw)

    def cache_write(key:, value:, raw: false, store: "rails", objects: nil, **lifetime)
      options = { raw: raw, objects: objects, **lifetime }.compact
      CACHES[store].write(key, value, options) ? true : false
    end

    def cache_delete(key:, store: "own") = CACHES[store].delete(key) ? true : false

    def cache_clear(store: "own") = CACHES[store].clear && nil

    def cache_write_multi(values:, objects:) = CACHES.own.write_multi(values, objects: objects) && nil

    # With `hold`, waits in the block of the first value.
    def cache_fetch_multi(keys:, objects:, hold: false)
      CACHES.own.fetch_multi(*keys, objects: objects) do |key|
        PagesController.new.hold_at("fetch") if hold && key == keys.first
        "value of #{key}"
      end
    end

    # With `hold`, waits in the block.
    def cache_fetch(key:, value:, objects:, hold: false)
      CACHES.own.fetch(key, objects: objects) do
        PagesController.new.hold_at("fetch") if hold
        value
      end
    end

    def expire_obj(obj:, store: nil) = (store ? CACHES[store] : ReactCacheContent).expire_obj(obj)

    def refresh_obj(obj:) = ReactCacheContent.refresh_obj(obj)

    def publish(obj:, action:, status: nil, fields: {})
      ReactCacheContent.publish_content(obj, action: action, status: status, **fields.transform_keys(&:to_sym))
    end

    # Registers an invalid object. JSON cannot hold most of them.
    def register_invalid(kind:)
      invalid = { "number" => 5, "record" => Struct.new(:secret).new("hush"), "new story" => News::Story.new,
                  "control" => "a\nb", "empty" => "", "long" => "x" * 1025, "pairs" => "😀" * 513,
                  "bytes" => "\xff\xfe", "nested" => (1..9).inject("a") { |inner, _| [inner] } }
      ReactCacheContent.register_content(invalid.fetch(kind))
    end

    def get_object_keys(name:)
      relation = News::Story.where(id: News::Story.pluck(:id)).order(:id)
      carrier = Struct.new(:objKey).new("film:1")
      ReactCacheContent::ObjectKeys.of({ "relation" => relation, "carrier" => [carrier, nil, false, ["a", ["b"]]] }[name])
    end

    # Takes Ruby source, because JSON lacks the types that keys distinguish.
    def create_fragment_keys(sources:)
      sources.map { |source| ReactCacheContent::FragmentKey.of(*Object.new.instance_eval(source)) }
    end

    def configure(fields:)
      ReactCacheContent.configure { |c| fields.each { |name, value| c.public_send("#{name}=", value) } }
    end

    # Answers whether the child and the parent both get their own replies from Redis after a fork.
    def read_after_fork(key:)
      CACHES.own.write(key, "stored")
      reader, writer = IO.pipe
      child = fork do
        answered = CACHES.own.read(key) == "stored" && ReactCacheContent.client.token
        writer.write(answered ? "yes" : "no")
        writer.close
        exit!
      end
      writer.close
      reply = reader.read
      Process.wait(child)
      { child: reply == "yes", parent: CACHES.own.read(key) == "stored" }
    end

    # Writes and reads a value in a store with its own options.
    def use_store_with(options:, key:, value:)
      store = ActiveSupport::Cache.lookup_store(:content_cache_store, **options.transform_keys(&:to_sym))
      store.write(key, value, objects: ["x:1"])
      [store.read(key), store.inspect]
    end

    def read_log = LOG.string

    def inspect_settings = "#{ReactCacheContent.config.inspect} #{CACHES.own.inspect}"
  end
end

def run_command(id, command, args)
  value = Rails.application.executor.wrap do
    Commands.public_send(command.gsub(/[A-Z]/) { |letter| "_#{letter.downcase}" }, **args.transform_keys(&:to_sym))
  end
  { id: id, value: value }
rescue Exception => error # rubocop:disable Lint/RescueException
  code = error.code if error.is_a?(ReactCacheContent::Coded)
  { id: id, error: "#{error.class}: #{error.message}", code: code }
end

lock = Mutex.new
send_line = ->(line) { lock.synchronize { out.puts(JSON.generate(line)) || out.flush } }
send_line.call({ ready: true })
$stdin.each_line do |line|
  id, command, args = JSON.parse(line).values_at("id", "command", "args")
  Thread.new { send_line.call(run_command(id, command, args)) }
end
