-- Begins a new epoch, in which no entry and no token of the last is worth anything.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] due
-- ARGV[1] the new epoch
--
-- Returns the clock

-- The first write of a script must be one that a full server accepts; after it all are.
redis.call('ZREM', KEYS[3], '')
redis.call('SET', KEYS[1], ARGV[1])
return tonumber(redis.call('GET', KEYS[2]) or 0)
