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

--@include _writeWhenFull.lua

writeWhenFull(KEYS[5])

--@include _advanceClock.lua

--@include _unindex.lua

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
