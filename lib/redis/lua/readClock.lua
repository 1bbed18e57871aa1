-- Reads the current clock, and the clock at earlier moments.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] log   KEYS[4] fence
-- ARGV[1] id of the epoch to begin when there is none
-- ARGV[2] retention of the log, in milliseconds
-- ARGV[3...] for each reader, milliseconds since it may have read its first data
--
-- Returns { epoch, clock, server time in microseconds, clock at each of ARGV[3...] }

local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local retention = tonumber(ARGV[2])

local function clockAsOf(age)
  if age >= retention then return 0 end
  -- A log entry of the same millisecond may be later than the reader, so one millisecond is subtracted.
  local since = string.format('%.0f', now - math.ceil(age) - 1)
  local before = redis.call('XREVRANGE', KEYS[3], since, '-', 'COUNT', 1)[1]
  if before then return tonumber(before[2][2]) end
  local first = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1]
  -- After the first expiry, the log always has the latest one, unless the log was lost.
  if not first then return 0 end
  -- Stamps that the fence has trimmed are older than any reader. A log that begins later was lost in part.
  return math.min(tonumber(first[2][2]) - 1, tonumber(redis.call('ZSCORE', KEYS[4], '') or 0))
end

local reply = { epoch, clock, string.format('%s%06d', time[1], tonumber(time[2])) }
for index = 3, #ARGV do reply[#reply + 1] = clockAsOf(tonumber(ARGV[index])) end
return reply
