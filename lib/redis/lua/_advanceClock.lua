-- Advances the clock, and writes into the fence and the log what was expired or refreshed with it.
--
-- KEYS[2] clock   KEYS[3] fence   KEYS[4] log   ARGV[3] retention of the log, in milliseconds
-- kind: 'e' or 'r'   logged: the objects as they go into the log, a JSON array   first, last: the object keys in ARGV
--
-- Fields of a log entry: c the clock, k the kind (e expire, r refresh), o the objects as a JSON array
--
-- Returns the clock

-- Stamps dropped in one call: more than one call can set, so that they do not pile up.
local MAX_TRIMMED = 1000
-- Stamps set by one command.
local STAMPS_PER_CALL = 500

local function advanceClock(kind, logged, first, last)
  local clock = redis.call('INCR', KEYS[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local oldest = string.format('%.0f', now - tonumber(ARGV[3]))
  -- Stamps that no living token can be older than: remember how far they went, and drop them, the oldest first.
  -- What is left for a later call does no harm.
  local lastTrimmed = redis.call('XREVRANGE', KEYS[4], oldest, '-', 'COUNT', 1)[1]
  if lastTrimmed then
    local trimmedUpTo = tonumber(lastTrimmed[2][2])
    local trimmed = math.min(redis.call('ZCOUNT', KEYS[3], '-inf', trimmedUpTo), MAX_TRIMMED)
    if trimmed > 0 then redis.call('ZREMRANGEBYRANK', KEYS[3], 0, trimmed - 1) end
    redis.call('ZADD', KEYS[3], trimmedUpTo, '')
  elseif not redis.call('ZSCORE', KEYS[3], '') then
    -- The first expiry, or the fence was lost.
    redis.call('ZADD', KEYS[3], clock - 1, '')
  end
  for from = first, last, STAMPS_PER_CALL do
    local pairs = {}
    for index = from, math.min(from + STAMPS_PER_CALL - 1, last) do
      pairs[#pairs + 1] = clock
      pairs[#pairs + 1] = ARGV[index]
    end
    redis.call('ZADD', KEYS[3], unpack(pairs))
  end
  redis.call('XADD', KEYS[4], 'MINID', '~', oldest, '*', 'c', clock, 'k', kind, 'o', logged)
  return clock
end
