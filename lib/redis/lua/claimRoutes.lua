-- Takes routes that are due for rebuilding. Who takes one has it until its time is up; then, in case that the
-- worker has died, it is due again.
--
-- KEYS[1] rebuild queue   KEYS[2] routes being rebuilt   KEYS[3] routes rebuilt recently
-- ARGV[1] milliseconds for which they are taken   ARGV[2] how many at most
-- ARGV[3] milliseconds that lie between the end of a rebuild and the next of the same route
--
-- Returns { milliseconds until the next is due, or -1; until when they are taken; route... }

-- The first write of a script must be one that a full server accepts; after it all are.
redis.call('ZREM', KEYS[1], '')

-- Looked at beyond those taken, and milliseconds until one is looked at again that is still under way.
local LOOKAHEAD = 50
local ACTIVE_RECHECK_MS = 50

local function formatNumber(number) return string.format('%.0f', number) end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for _, route in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', formatNumber(now), 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[2], route)
  redis.call('ZADD', KEYS[1], 'NX', formatNumber(now), route)
end

local limit = tonumber(ARGV[2])
local claimedUntil = formatNumber(now + tonumber(ARGV[1]))
local reply = { -1, claimedUntil }
for _, route in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', formatNumber(now), 'LIMIT', 0, limit + LOOKAHEAD)) do
  if #reply - 2 >= limit then break end
  local rebuiltAt = redis.call('ZSCORE', KEYS[3], route)
  local notBefore = rebuiltAt and tonumber(rebuiltAt) + tonumber(ARGV[3]) or 0
  if redis.call('ZSCORE', KEYS[2], route) then
    -- Of what changed since that began, it may have seen nothing: once more, when it is done.
    redis.call('ZADD', KEYS[1], 'XX', formatNumber(now + ACTIVE_RECHECK_MS), route)
  elseif notBefore > now then
    redis.call('ZADD', KEYS[1], 'XX', formatNumber(notBefore), route)
  else
    redis.call('ZREM', KEYS[1], route)
    redis.call('ZADD', KEYS[2], claimedUntil, route)
    reply[#reply + 1] = route
  end
end
local nextDue = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local nextExpiring = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
for _, score in ipairs({ nextDue[2], nextExpiring[2] }) do
  local wait = math.max(0, tonumber(score) - now)
  if reply[1] < 0 or wait < reply[1] then reply[1] = wait end
end
return reply
