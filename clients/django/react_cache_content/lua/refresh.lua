-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Marks the entries stale that depend on one of the objects: one batch of bounded size a call, with as many objects
-- as fit into it. Caches of other programs are removed, because they cannot be marked.
--
-- A call scans the sets in order, and ends with the first set that it cannot finish. The next call continues in
-- that set alone, from the cursor.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[5] due   KEYS[6] paths
-- KEYS[7...] obj: set of each object
-- ARGV[1] cursor in the first set, '0' at its beginning
-- ARGV[2] about how many members one call may touch
-- ARGV[3] retention of the log, in milliseconds
-- ARGV[4] prefix of entries   ARGV[5] prefix of reverse sets
-- ARGV[6] offset of the mark   ARGV[7] the mark
-- ARGV[8] id of the epoch to begin if the index is damaged
-- ARGV[9] milliseconds after which the entries are discarded unless they were replaced, '0' for never
-- ARGV[10...] object key of each, in the order of KEYS[7...]
--
-- Returns { cursor in the last set that was scanned, '0' when it is done; number of caches touched; clock; epoch;
-- number of sets scanned; number of caches touched in the last set }

local FIRST_OBJECT = 10

-- The objects that are stamped must be those whose sets are scanned.
if #ARGV - FIRST_OBJECT ~= #KEYS - 7 then return redis.error_reply('ERR refresh.lua needs one object key for each set') end

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

-- Removes a cache that no longer exists from the index: from all sets of objects that list it, or from some of them.
--
-- due: key of the sorted set of caches by expiry time   prefix: of reverse sets   cache: its Redis key
-- limit: number of sets that may be touched, at least 1; without it there is no limit
--
-- Returns whether the cache is removed completely, and the number of sets touched

local NO_LIMIT = 1000000000

local function unindex(due, prefix, cache, limit)
  local reverse = prefix .. cache
  local objects = redis.pcall('SPOP', reverse, limit or NO_LIMIT)
  -- A key of another type may be in the way.
  if objects.err then objects = {} end
  for _, object in ipairs(objects) do redis.pcall('SREM', object, cache) end
  if #objects > 0 and redis.call('EXISTS', reverse) == 1 then return false, #objects end
  redis.call('UNLINK', reverse)
  redis.pcall('ZREM', due, cache)
  return true, #objects
end

local discardAfter = tonumber(ARGV[9])
local time = redis.call('TIME')
local discardAt = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + discardAfter

-- Shortens the lifetime of an entry, and never extends it.
local function limitLifetime(entry)
  -- PEXPIRE has the option LT only since Redis 7.
  local left = redis.call('PTTL', entry)
  if left >= 0 and left <= discardAfter then return end
  redis.call('PEXPIRE', entry, discardAfter)
  redis.call('ZADD', KEYS[5], 'LT', discardAt, entry)
end

local budget = tonumber(ARGV[2])
local cursor = ARGV[1]
local isContinued = cursor ~= '0'
local touched = 0
local touchedInLast = 0
local sets = 0
for index = 7, #KEYS do
  local set = KEYS[index]
  local before = touched
  sets = sets + 1
  -- The full batch size each time. With the rest of the budget, small sets would be split and scanned twice.
  local scanned = redis.pcall('SSCAN', set, cursor, 'COUNT', ARGV[2])
  if scanned.err then
    -- The dependents of the object are unknown. A new epoch makes all entries misses, as in expire.lua.
    redis.call('SET', KEYS[1], ARGV[8])
    cursor = '0'
  else
    cursor = scanned[1]
    for _, member in ipairs(scanned[2]) do
      budget = budget - 1
      if string.sub(member, 1, #ARGV[4]) == ARGV[4] then
        -- SSCAN may return a member twice, and two objects may share an entry. Only entries that were not marked
        -- count.
        local mark = redis.pcall('GETRANGE', member, ARGV[6], ARGV[6])
        if type(mark) == 'string' and mark ~= '' then
          if mark ~= ARGV[7] then
            redis.call('SETRANGE', member, ARGV[6], ARGV[7])
            touched = touched + 1
          end
          if discardAfter > 0 then limitLifetime(member) end
        end
      else
        touched = touched + redis.call('UNLINK', member)
        redis.call('SREM', set, member)
        -- A later commit removes the rest of it from the index, as for every cache that no longer exists.
        local isDone, others = unindex(KEYS[5], ARGV[5], member, math.max(1, budget))
        if not isDone then redis.call('ZADD', KEYS[5], 0, member) end
        budget = budget - others
      end
    end
  end
  touchedInLast = touched - before
  if isContinued or cursor ~= '0' or budget <= 0 then break end
end

-- Every batch stamps the objects that it has scanned, so that few fills are stored between two batches of one
-- object. Such a fill might embed an entry that is not marked yet.
local last = FIRST_OBJECT + sets - 1
local objects = {}
for index = FIRST_OBJECT, last do objects[#objects + 1] = ARGV[index] end
local clock = advanceClock('r', cjson.encode(objects), FIRST_OBJECT, last)
return { cursor, touched, clock, redis.call('GET', KEYS[1]) or '', sets, touchedInLast }
