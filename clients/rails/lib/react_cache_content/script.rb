# frozen_string_literal: true

require "digest"

module ReactCacheContent
  # A Lua script. It is called by its hash. Its source is sent only when the server does not have it, for instance after
  # a restart.
  class Script
    def self.load(name)
      new(File.read(File.expand_path("lua/#{name}.lua", __dir__), encoding: Encoding::UTF_8))
    end

    def initialize(source)
      @source = source
      @hash = Digest::SHA1.hexdigest(source)
      freeze
    end

    def call(redis, keys, argv)
      Script.with_eval_fallback do |use_eval|
        use_eval ? redis.eval(@source, keys: keys, argv: argv) : redis.evalsha(@hash, keys: keys, argv: argv)
      end
    end

    # Runs the script and the commands of the block in one transaction, so that all replies describe the same moment.
    def call_in_transaction(redis, keys, argv)
      Script.with_eval_fallback do |use_eval|
        redis.multi do |transaction|
          if use_eval
            transaction.eval(@source, keys: keys, argv: argv)
          else
            transaction.evalsha(@hash, keys: keys, argv: argv)
          end
          yield transaction
        end
      end
    end

    def self.with_eval_fallback
      yield false
    rescue ::Redis::CommandError => error
      raise unless error.message.start_with?("NOSCRIPT")

      yield true
    end
  end
end
