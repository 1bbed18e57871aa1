-- Says that routes can be rebuilt: what they show has been expired.
--
-- KEYS[1] rebuild queue
-- ARGV[1] milliseconds until they are due   ARGV[2...] routes
--
-- Returns nothing

--@constant MAX_QUEUED_ROUTES

-- The first write of a script must be one that a full server accepts; after it all are.
redis.call('ZREM', KEYS[1], '')
local room = MAX_QUEUED_ROUTES - redis.call('ZCARD', KEYS[1])
local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
for index = 2, #ARGV do
  -- One that is not there any more was rebuilt too early.
  if room > 0 or redis.call('ZSCORE', KEYS[1], ARGV[index]) then
    room = room - redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', due), ARGV[index])
  end
end
