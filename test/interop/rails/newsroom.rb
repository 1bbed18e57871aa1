# frozen_string_literal: true

# A Rails application in one file: stories in SQLite, pages of fragments, and three caches on one Redis.

require "stringio"
require "rails"
require "active_record/railtie"
require "action_controller/railtie"
require "action_view/railtie"
require "active_support/cache/content_cache_store"
require "react_cache_content"
require ENV["SEED_STORE"] || File.expand_path("seed.rb", __dir__)

# The log of the cache.
LOG = StringIO.new

class Newsroom < Rails::Application
  config.root = __dir__
  config.eager_load = false
  config.logger = Logger.new(ENV["RAILS_LOG"] || File::NULL)
  config.secret_key_base = "no secret"
  config.hosts.clear
  config.action_dispatch.show_exceptions = false
  config.consider_all_requests_local = true
  config.action_controller.perform_caching = true
  config.active_record.legacy_connection_handling = false
  config.active_record.maintain_test_schema = false
  config.cache_store = :content_cache_store
  # A site may configure the cache in its own initializers, after Rails has created it.
  initializer "newsroom.content_cache" do
    ReactCacheContent.configure do |c|
      c.url = ENV.fetch("NEWSROOM_REDIS")
      c.namespace = ENV.fetch("NEWSROOM_NAMESPACE")
      c.logger = Logger.new(LOG)
      c.timeout = Float(ENV.fetch("NEWSROOM_TIMEOUT", "10"))
    end
  end
  paths["app/views"] = "views"
  routes.append { get "/:page", to: "pages#show" }
end

ENV["DATABASE_URL"] = "sqlite3:#{ENV.fetch('NEWSROOM_DATABASE')}"
Newsroom.initialize!

ActiveRecord::Base.establish_connection(adapter: "sqlite3", database: ENV.fetch("NEWSROOM_DATABASE"), pool: 10,
                                        timeout: 10_000)
ActiveRecord::Schema.verbose = false
ActiveRecord::Schema.define do
  create_table(:stories, force: true) do |t|
    t.string :headline
    t.string :status
    t.timestamps
  end
end

module News
  class Story < ActiveRecord::Base
    self.table_name = "stories"
    include ReactCacheContent::ContentModel

    attr_accessor :fail_after_commit, :odd_status

    after_commit { raise "A callback of the site's own." if fail_after_commit }

    def content_action(change)
      return super unless saved_change_to_status?

      status == "live" ? "publish" : "unpublish"
    end

    def content_status
      odd_status || status
    end
  end
end

# Shares the table of stories, but refreshes on save: visitors may see the old copy for a moment.
class Brief < News::Story
  content_cache_on_save :refresh

  def self.content_type
    "brief"
  end
end

class PagesController < ActionController::Base
  def show
    assigns = request.env.fetch("newsroom.assigns", {})
    assigns.each { |name, value| instance_variable_set("@#{name}", value) }
    @read = News::Story.find_by(id: assigns["id"])&.headline if assigns["id"]
    hold_at("before view") if assigns["hold_before_view"]
    render template: "pages/#{params[:page]}", layout: false
  end

  # Reports that the render has reached the place, and waits until the test lets it continue.
  def hold_at(place)
    connection = Redis.new(url: ENV.fetch("NEWSROOM_REDIS"), timeout: 60)
    connection.rpush("held:#{place}", "here")
    connection.blpop("go:#{place}", timeout: 60)
  ensure
    connection&.close
  end

  # Renders the block with a change that is rolled back afterwards.
  def in_rolled_back(headline)
    News::Story.transaction do
      News::Story.find(@id).update!(headline: headline)
      yield
      raise ActiveRecord::Rollback
    end
  end
  helper_method :hold_at, :in_rolled_back
end

Caches = Struct.new(:own, :rails, :seed)
CACHES = Caches.new(
  Rails.cache,
  ActiveSupport::Cache.lookup_store(:redis_cache_store, url: ENV.fetch("NEWSROOM_REDIS"), reconnect_attempts: 2),
  ActiveSupport::Cache::RedisContentStore.new(ENV.fetch("NEWSROOM_REDIS"))
)
