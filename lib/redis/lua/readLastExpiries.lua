-- Reads the clocks at which recorded objects may last have been expired.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] paths
-- ARGV the object keys
--
-- Returns { epoch, or an empty text when there is none; clock; the clock of each object }

-- Objects that one ZMSCORE reads.
local OBJECTS_PER_READ = 1000

local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- Without a floor the set was lost, so any object may have been expired at the current clock.
local floor = tonumber(redis.call('ZSCORE', KEYS[3], '') or clock)
local reply = { redis.call('GET', KEYS[1]) or '', clock }
for first = 1, #ARGV, OBJECTS_PER_READ do
  local records = redis.call('ZMSCORE', KEYS[3], unpack(ARGV, first, math.min(first + OBJECTS_PER_READ - 1, #ARGV)))
  for _, record in ipairs(records) do reply[#reply + 1] = math.max(floor, tonumber(record or 0)) end
end
return reply
