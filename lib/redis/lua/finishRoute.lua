-- Records the result of a rebuild, if the caller still holds the claim.
--
-- KEYS[1] rebuild queue   KEYS[2] routes being rebuilt   KEYS[3] failures in a row by route   KEYS[4] dead letters
-- KEYS[5] routes rebuilt recently   KEYS[6] number of requeues in a row by route
-- ARGV[1] route   ARGV[2] the time at which the claim ends
-- ARGV[3] 'done', 'failed' or 'unrecoverable'   ARGV[4] maximum number of attempts
-- ARGV[5] milliseconds until the second attempt; the delay doubles with each attempt   ARGV[6] the longest delay
-- ARGV[7] dead letter for a route that is given up   ARGV[8] maximum number of dead letters
-- ARGV[9] milliseconds for which a rebuild is remembered
--
-- Returns { state, number of failures in a row }. The state is 'done'; 'requeued' when done and queued again; 'failed'
-- when another attempt follows; 'given-up'; or 'lost' when the caller no longer holds the claim

--@include _writeWhenFull.lua

writeWhenFull(KEYS[1])

local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not score or string.format('%.0f', tonumber(score)) ~= ARGV[2] then return { 'lost', 0 } end
redis.call('ZREM', KEYS[2], ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if ARGV[3] == 'done' then
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', string.format('%.0f', now - tonumber(ARGV[9])))
  redis.call('ZADD', KEYS[5], string.format('%.0f', now), ARGV[1])
  -- When the site has requeued the route, the count of requeues continues.
  if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return { 'requeued', 0 } end
  redis.call('HDEL', KEYS[6], ARGV[1])
  return { 'done', 0 }
end
-- The delay after a failure replaces a requeue of the site. Requeues come sooner, and would never end.
local wasRequeued = redis.call('HDEL', KEYS[6], ARGV[1]) == 1
local failures = redis.call('HINCRBY', KEYS[3], ARGV[1], 1)
if ARGV[3] == 'unrecoverable' or failures >= tonumber(ARGV[4]) then
  redis.call('HDEL', KEYS[3], ARGV[1])
  if wasRequeued then redis.call('ZREM', KEYS[1], ARGV[1]) end
  redis.call('LPUSH', KEYS[4], ARGV[7])
  redis.call('LTRIM', KEYS[4], 0, tonumber(ARGV[8]) - 1)
  return { 'given-up', failures }
end
local wait = math.min(tonumber(ARGV[5]) * 2 ^ (failures - 1), tonumber(ARGV[6]))
redis.call('ZADD', KEYS[1], wasRequeued and 'GT' or 'NX', string.format('%.0f', now + wait), ARGV[1])
return { 'failed', failures }
