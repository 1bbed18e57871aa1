-- Begins a new epoch. Entries and tokens of the previous epoch become invalid.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] due   KEYS[4] fence   KEYS[5] paths
-- ARGV[1] the new epoch
--
-- Returns the clock

--@include _writeWhenFull.lua

writeWhenFull(KEYS[3])
redis.call('SET', KEYS[1], ARGV[1])
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- Tokens of the new epoch are later than all stamps and records of the previous one.
for index = 4, 5 do
  redis.call('UNLINK', KEYS[index])
  redis.call('ZADD', KEYS[index], clock, '')
end
return clock
