-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Removes the caches of all programs that show one of the objects: one batch of bounded size a call.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[5] due   KEYS[6] paths
-- KEYS[7...] obj: set of each object
-- ARGV[1] 'first' or 'next'
-- ARGV[2] about how many members one call may touch
-- ARGV[3] retention of the log, in milliseconds
-- ARGV[4] prefix of reverse sets
-- ARGV[5] id of the epoch to begin if the index is damaged
-- ARGV[6] the objects as a JSON array, for the log
-- ARGV[7...] object key of each, in the order of KEYS[7...]
--
-- Returns { 'more' or 'done', number of caches removed, clock, epoch }

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

writeWhenFull(KEYS[5])

-- Advances the clock. Stamps the expired or refreshed objects in the fence, and appends them to the log. Records the
-- expiries of recorded objects.
--
-- KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[6] paths   ARGV[3] retention of the log, in milliseconds
-- kind: 'e' or 'r'   logged: the objects as a JSON array   first, last: positions of the object keys in ARGV
--
-- Fields of a log entry: c the clock, k the kind (e expire, r refresh), o the objects as a JSON array
--
-- Returns the clock

-- Defines `recordExpiries`, which records the clock of the last expiry of each recorded object. Records outlast the
-- retention of the log.
--
-- The empty member has the floor: an object without a record was expired at that clock at the latest. The floor exists
-- since the first expiry or refresh, unless the set was lost.

local RECORDED_PREFIX = 'next/tag:_N_T_'
local MAX_RECORDED_OBJECTS = 10000
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

-- Stamps that one call may trim. The limit exceeds the stamps that one call can set, so that they do not pile up.
local MAX_TRIMMED = 1000
-- Stamps that one ZADD sets.
local STAMPS_PER_CALL = 500

local function advanceClock(kind, logged, first, last)
  local clock = redis.call('INCR', KEYS[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local oldest = string.format('%.0f', now - tonumber(ARGV[3]))
  -- Trims stamps that are older than every valid token, the oldest first, and remembers the clock of the last one.
  -- Stamps that are left for a later call do no harm.
  local lastTrimmed = redis.call('XREVRANGE', KEYS[4], oldest, '-', 'COUNT', 1)[1]
  if lastTrimmed then
    local trimmedUpTo = tonumber(lastTrimmed[2][2])
    local trimmed = math.min(redis.call('ZCOUNT', KEYS[3], '-inf', trimmedUpTo), MAX_TRIMMED)
    if trimmed > 0 then redis.call('ZREMRANGEBYRANK', KEYS[3], 0, trimmed - 1) end
    redis.call('ZADD', KEYS[3], trimmedUpTo, '')
  elseif not redis.call('ZSCORE', KEYS[3], '') then
    -- This is the first expiry, or the fence was lost.
    redis.call('ZADD', KEYS[3], clock - 1, '')
  end
  for from = first, last, STAMPS_PER_CALL do
    local stamps = {}
    for index = from, math.min(from + STAMPS_PER_CALL - 1, last) do
      stamps[#stamps + 1] = clock
      stamps[#stamps + 1] = ARGV[index]
    end
    redis.call('ZADD', KEYS[3], unpack(stamps))
  end
  recordExpiries(KEYS[6], clock, first, kind == 'e' and last or first - 1)
  redis.call('XADD', KEYS[4], 'MINID', '~', oldest, '*', 'c', clock, 'k', kind, 'o', logged)
  return clock
end

local budget = tonumber(ARGV[2])
local clock = ARGV[1] == 'first' and advanceClock('e', ARGV[6], 7, #ARGV)
local removed = 0
-- Members popped by one command. The cost of a member is known only after its reverse set was read, so the first
-- group is small.
local group = 1
local largest = 1
local more = false
for index = 7, #KEYS do
  local set = KEYS[index]
  local emptied = false
  while budget > 0 do
    local members = redis.pcall('SPOP', set, group)
    if members.err then
      -- A key of another type is in the way, so the dependents of the object are unknown. A new epoch makes all
      -- entries misses.
      redis.call('SET', KEYS[1], ARGV[5])
      emptied = true
      break
    end
    if #members == 0 then
      emptied = true
      break
    end
    removed = removed + redis.call('UNLINK', unpack(members))
    redis.call('ZREM', KEYS[5], unpack(members))
    local others = {}
    local reverses = {}
    for position, member in ipairs(members) do
      local reverse = ARGV[4] .. member
      reverses[position] = reverse
      local objects = redis.pcall('SMEMBERS', reverse)
      largest = math.max(largest, 1 + #objects)
      budget = budget - 1 - #objects
      for _, object in ipairs(objects) do
        if object ~= set then
          local list = others[object]
          if list then list[#list + 1] = member else others[object] = { member } end
        end
      end
    end
    redis.call('UNLINK', unpack(reverses))
    for object, list in pairs(others) do redis.pcall('SREM', object, unpack(list)) end
    group = math.max(1, math.min(200, group * 4, math.floor(budget / largest)))
  end
  if not emptied then
    local left = redis.pcall('SCARD', set)
    if type(left) == 'number' and left > 0 then more = true end
  end
end
-- A fill that began between two batches may have embedded an entry that a later batch removed.
if not more and ARGV[1] == 'next' then clock = advanceClock('e', ARGV[6], 7, #ARGV) end
clock = clock or tonumber(redis.call('GET', KEYS[2]) or 0)
return { more and 'more' or 'done', removed, clock, redis.call('GET', KEYS[1]) or '' }
