-- Claims routes that are due for rebuilding. A claim ends after a time, because the worker may have died. Then the
-- route is due again.
--
-- KEYS[1] rebuild queue   KEYS[2] routes being rebuilt   KEYS[3] routes rebuilt recently
-- ARGV[1] milliseconds of a claim   ARGV[2] maximum number of routes
-- ARGV[3] milliseconds between the end of a rebuild and the next rebuild of the same route
--
-- Returns { milliseconds until the next route is due, or -1; the time at which the claims end; route... }

--@include _writeWhenFull.lua

writeWhenFull(KEYS[1])

-- Routes that are examined beyond the number to claim.
local LOOKAHEAD = 50
-- Milliseconds until a route whose rebuild is still active is examined again.
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
    -- The active rebuild may have missed the latest change, so the route is rebuilt again after it.
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
