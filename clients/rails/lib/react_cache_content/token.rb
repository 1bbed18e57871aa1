# frozen_string_literal: true

module ReactCacheContent
  # The value of the clock of expiries before any data was read. A commit with it is refused when one of its objects
  # was expired since.
  Token = Struct.new(:epoch, :clock) do
    # The token of data that was read with either token. Tokens of different epochs cannot be compared, so the result
    # is invalid.
    def older(other)
      return Token::INVALID if epoch != other.epoch

      clock <= other.clock ? self : other
    end
  end
  # Has no epoch, so every commit with it is refused.
  Token::INVALID = Token.new("", 0).freeze
end
