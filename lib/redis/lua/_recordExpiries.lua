-- Defines `recordExpiries`, which records the clock of the last expiry of each recorded object. Records outlast the
-- retention of the log.
--
-- The empty member has the floor: an object without a record was expired at that clock at the latest. The floor exists
-- since the first expiry or refresh, unless the set was lost.

--@constant RECORDED_PREFIX
--@constant MAX_RECORDED_OBJECTS
-- Records that one call may trim. The limit exceeds the records that one call can set, so that they do not pile up.
local MAX_TRIMMED_RECORDS = 1000

-- paths: key of the sorted set   first, last: positions of the expired objects in ARGV, none for a refresh
local function recordExpiries(paths, clock, first, last)
  redis.call('ZADD', paths, 'NX', clock - 1, '')
  local isRecorded = false
  for index = first, last do
    if string.sub(ARGV[index], 1, #RECORDED_PREFIX) == RECORDED_PREFIX then
      redis.call('ZADD', paths, clock, ARGV[index])
      isRecorded = true
    end
  end
  if not isRecorded then return end
  -- No record is below the floor, and the empty member comes first among equals. So it has the rank 0.
  local trimmed = math.min(redis.call('ZCARD', paths) - 1 - MAX_RECORDED_OBJECTS, MAX_TRIMMED_RECORDS)
  if trimmed <= 0 then return end
  local floor = redis.call('ZRANGE', paths, trimmed, trimmed, 'WITHSCORES')[2]
  redis.call('ZREMRANGEBYRANK', paths, 1, trimmed)
  redis.call('ZADD', paths, floor, '')
end
