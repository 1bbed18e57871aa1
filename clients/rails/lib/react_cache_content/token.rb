# frozen_string_literal: true

module ReactCacheContent
  # How the counter of expiries stood before any data was read. What is stored with it is refused when one of its
  # objects was expired since.
  Token = Struct.new(:epoch, :clock) do
    # Of what was read with either. Tokens of different epochs cannot be compared, and neither vouches for what
    # was read in the other's.
    def older(other)
      return Token::INVALID if epoch != other.epoch

      clock <= other.clock ? self : other
    end
  end
  # Of no epoch: everything stored with it is refused.
  Token::INVALID = Token.new("", 0).freeze
end
