-- Begins a new epoch. Entries and tokens of the previous epoch become invalid.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] due   KEYS[4] fence
-- ARGV[1] the new epoch
--
-- Returns the clock

--@include _writeWhenFull.lua

writeWhenFull(KEYS[3])
redis.call('SET', KEYS[1], ARGV[1])
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- Tokens of the new epoch are later than all stamps of the previous one.
redis.call('UNLINK', KEYS[4])
redis.call('ZADD', KEYS[4], clock, '')
return clock
