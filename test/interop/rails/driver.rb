# frozen_string_literal: true

# Does to the newsroom what it is told: JSON lines in, `{ id, command, args }`, and out, `{ id, value }` or
# `{ id, error }`. Each command has a thread, so that two can go on at once.

require "json"

out = $stdout.dup
$stdout.reopen($stderr)
require_relative "newsroom"
require "rack/mock"

# As where the server's reply is lost: that to an expiry once, those that concern routes each time.
module DroppedReply
  def self.after(step)
    Thread.current[:cut_after] = step
  end

  %i[enqueue mark_ready expire].each do |step|
    define_method(step) do |*args|
      super(*args).tap { cut(step) } if step == :expire || !cut(step)
    end
  end

  private

  def cut(step)
    return false unless Thread.current[:cut_after] == step.to_s

    Thread.current[:cut_after] = nil if step == :expire
    raise Redis::TimeoutError, "cut"
  end
end
ReactCacheContent::RebuildRoutes.prepend(DroppedReply)
ReactCacheContent::Expiry.prepend(DroppedReply)

module Commands
  class << self
    def save_story(id:, headline:, status: nil, rollback: false, type: "News::Story", odd_status: nil, cut: nil)
      DroppedReply.after(cut)
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

    # Several in one transaction, the first of which may have a callback that fails.
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

    def headline(id:) = News::Story.find(id).headline

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

    # In a transaction that is rolled back, or after its change is.
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
        written = CACHES.own.write(key, "of what is not committed", objects: objects)
        raise ActiveRecord::Rollback
      end
      written
    end

    def perform_caching(on:) = (ActionController::Base.perform_caching = on) && nil

    def cache_read(key:, raw: false, store: "rails") = CACHES[store].read(key, raw: raw)

    def cache_write(key:, value:, raw: false, store: "rails", objects: nil, **lifetime)
      options = { raw: raw, objects: objects, **lifetime }.compact
      CACHES[store].write(key, value, options) ? true : false
    end

    def cache_delete(key:, store: "own") = CACHES[store].delete(key) ? true : false

    def cache_clear(store: "own") = CACHES[store].clear && nil

    def cache_write_multi(values:, objects:) = CACHES.own.write_multi(values, objects: objects) && nil

    # Held after the first value.
    def cache_fetch_multi(keys:, objects:, hold: false)
      CACHES.own.fetch_multi(*keys, objects: objects) do |key|
        PagesController.new.held("fetch") if hold && key == keys.first
        "value of #{key}"
      end
    end

    # Through the store's fetch, held in the block.
    def cache_fetch(key:, value:, objects:, hold: false)
      CACHES.own.fetch(key, objects: objects) do
        PagesController.new.held("fetch") if hold
        value
      end
    end

    def expire_obj(obj:, store: nil) = (store ? CACHES[store] : ReactCacheContent).expire_obj(obj)

    def refresh_obj(obj:) = ReactCacheContent.refresh_obj(obj)

    def publish(obj:, action:, status: nil, fields: {})
      ReactCacheContent.publish_content(obj, action: action, status: status, **fields.transform_keys(&:to_sym))
    end

    # What no JSON can hold.
    def register_odd(kind:)
      odd = { "number" => 5, "record" => Struct.new(:secret).new("hush"), "new story" => News::Story.new,
              "control" => "a\nb", "empty" => "", "long" => "x" * 1025, "pairs" => "😀" * 513,
              "bytes" => "\xff\xfe", "nested" => (1..9).inject("a") { |inner, _| [inner] } }
      ReactCacheContent.register_content(odd.fetch(kind))
    end

    def keys_of(name:)
      relation = News::Story.where(id: News::Story.pluck(:id)).order(:id)
      carrier = Struct.new(:objKey).new("film:1")
      ReactCacheContent::ObjectKeys.of({ "relation" => relation, "carrier" => [carrier, nil, false, ["a", ["b"]]] }[name])
    end

    # Ruby source, for values that JSON has not: types are what is told apart.
    def fragment_keys(sources:)
      sources.map { |source| ReactCacheContent::FragmentKey.of(*Object.new.instance_eval(source)) }
    end

    def configure(fields:)
      ReactCacheContent.configure { |c| fields.each { |name, value| c.public_send("#{name}=", value) } }
    end

    # Whether both can ask Redis after a fork, and the parent is told what it asked.
    def forked(key:)
      CACHES.own.write(key, "of the parent")
      reader, writer = IO.pipe
      child = fork do
        answered = CACHES.own.read(key) == "of the parent" && ReactCacheContent.client.token
        writer.write(answered ? "yes" : "no")
        writer.close
        exit!
      end
      writer.close
      said = reader.read
      Process.wait(child)
      { child: said == "yes", parent: CACHES.own.read(key) == "of the parent" }
    end

    # Through a store with options of its own.
    def store_with(options:, key:, value:)
      store = ActiveSupport::Cache.lookup_store(:content_cache_store, **options.transform_keys(&:to_sym))
      store.write(key, value, objects: ["x:1"])
      [store.read(key), store.inspect]
    end

    def logged = LOGGED.string

    def shown = "#{ReactCacheContent.config.inspect} #{CACHES.own.inspect}"
  end
end

def answer(id, command, args)
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
  Thread.new { send_line.call(answer(id, command, args)) }
end
