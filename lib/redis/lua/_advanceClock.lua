-- Advances the clock. Stamps the expired or refreshed objects in the fence, and appends them to the log. Records the
-- expiries of recorded objects.
--
-- KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[6] paths   ARGV[3] retention of the log, in milliseconds
-- kind: 'e' or 'r'   logged: the objects as a JSON array   first, last: positions of the object keys in ARGV
--
-- Fields of a log entry: c the clock, k the kind (e expire, r refresh), o the objects as a JSON array
--
-- Returns the clock

--@include _recordExpiries.lua

-- Stamps that one call may trim. The limit exceeds the stamps that one call can set, so that they do not pile up.
local MAX_TRIMMED = 1000
-- Stamps that one ZADD sets.
local STAMPS_PER_CALL = 500

local function advanceClock(kind, logged, first, last)
  local clock = redis.call('INCR', KEYS[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local oldest = string.format('%.0f', now - tonumber(ARGV[3]))
  -- Trims stamps that are older than every valid token, the oldest first, and remembers the clock of the last one.
  -- Stamps that are left for a later call do no harm.
  local lastTrimmed = redis.call('XREVRANGE', KEYS[4], oldest, '-', 'COUNT', 1)[1]
  if lastTrimmed then
    local trimmedUpTo = tonumber(lastTrimmed[2][2])
    local trimmed = math.min(redis.call('ZCOUNT', KEYS[3], '-inf', trimmedUpTo), MAX_TRIMMED)
    if trimmed > 0 then redis.call('ZREMRANGEBYRANK', KEYS[3], 0, trimmed - 1) end
    redis.call('ZADD', KEYS[3], trimmedUpTo, '')
  elseif not redis.call('ZSCORE', KEYS[3], '') then
    -- This is the first expiry, or the fence was lost.
    redis.call('ZADD', KEYS[3], clock - 1, '')
  end
  for from = first, last, STAMPS_PER_CALL do
    local stamps = {}
    for index = from, math.min(from + STAMPS_PER_CALL - 1, last) do
      stamps[#stamps + 1] = clock
      stamps[#stamps + 1] = ARGV[index]
    end
    redis.call('ZADD', KEYS[3], unpack(stamps))
  end
  recordExpiries(KEYS[6], clock, first, kind == 'e' and last or first - 1)
  redis.call('XADD', KEYS[4], 'MINID', '~', oldest, '*', 'c', clock, 'k', kind, 'o', logged)
  return clock
end
