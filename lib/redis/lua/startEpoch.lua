-- Begins a new epoch, in which no entry and no token of the last is worth anything.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] due   KEYS[4] fence
-- ARGV[1] the new epoch
--
-- Returns the clock

-- The first write of a script must be one that a full server accepts; after it all are.
redis.call('ZREM', KEYS[3], '')
redis.call('SET', KEYS[1], ARGV[1])
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- What was stamped before can be met by no token of this epoch.
redis.call('UNLINK', KEYS[4])
redis.call('ZADD', KEYS[4], clock, '')
return clock
