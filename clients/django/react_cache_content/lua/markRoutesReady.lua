-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Makes routes due for rebuilding, after their content was expired.
--
-- KEYS[1] rebuild queue
-- ARGV[1] milliseconds until they are due   ARGV[2...] routes
--
-- Returns nothing

local MAX_QUEUED_ROUTES = 10000

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

writeWhenFull(KEYS[1])
local room = MAX_QUEUED_ROUTES - redis.call('ZCARD', KEYS[1])
local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
for index = 2, #ARGV do
  -- A route that is no longer queued was rebuilt too early, so it is queued again.
  if room > 0 or redis.call('ZSCORE', KEYS[1], ARGV[index]) then
    room = room - redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', due), ARGV[index])
  end
end
