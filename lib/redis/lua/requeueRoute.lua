-- Queues a route again, because a render for a worker could not be stored.
--
-- KEYS[1] rebuild queue   KEYS[2] number of requeues in a row by route
-- ARGV[1] route   ARGV[2] milliseconds until the second attempt; the delay doubles with each attempt
-- ARGV[3] maximum number of attempts; after these the route waits for the next change
-- ARGV[4] maximum number of queued routes
--
-- Returns 1 when the route is queued, else 0

--@include _writeWhenFull.lua

writeWhenFull(KEYS[1])
local attempts = redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
if attempts >= tonumber(ARGV[3]) then return 0 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local due = now + tonumber(ARGV[2]) * 2 ^ (attempts - 1)
redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', due), ARGV[1])
return 1
