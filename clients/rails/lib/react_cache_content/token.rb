# frozen_string_literal: true

module ReactCacheContent
  # The clock of expiries before any data was read. A commit with the token is refused if one of its objects was expired
  # since then.
  Token = Struct.new(:epoch, :clock) do
    # The older of two tokens. Tokens of different epochs cannot be compared, so the result
    # is invalid.
    def older(other)
      return Token::INVALID if epoch != other.epoch

      clock <= other.clock ? self : other
    end
  end
  # Without an epoch, so every commit with it is refused.
  Token::INVALID = Token.new("", 0).freeze
end
