-- Has a route rebuilt once more, because what was rendered for a worker just now could not be stored.
--
-- KEYS[1] rebuild queue   KEYS[2] by route, how often in a row
-- ARGV[1] route   ARGV[2] milliseconds until the second attempt; each further one waits twice as long
-- ARGV[3] attempts after which it is left to the next change   ARGV[4] how many routes may wait
--
-- Returns 1, or 0 where it is left

-- The first write of a script must be one that a full server accepts; after it all are.
redis.call('ZREM', KEYS[1], '')
local attempts = redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
if attempts >= tonumber(ARGV[3]) then return 0 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local due = now + tonumber(ARGV[2]) * 2 ^ (attempts - 1)
redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', due), ARGV[1])
return 1
