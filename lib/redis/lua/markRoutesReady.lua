-- Makes routes due for rebuilding, after their content was expired.
--
-- KEYS[1] rebuild queue
-- ARGV[1] milliseconds until they are due   ARGV[2...] routes
--
-- Returns nothing

--@constant MAX_QUEUED_ROUTES

--@include _writeWhenFull.lua

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
