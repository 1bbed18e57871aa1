-- Marks the entries stale that depend on one of the objects: one batch of bounded size a call, with as many objects as
-- fit into it. Caches of other programs cannot be marked, and no program would replace them; they are removed.
--
-- A call goes through the sets in order, and ends with the first that it cannot finish. The next call goes on in that
-- set alone, from the cursor.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[5] due   KEYS[6...] obj: set of each object
-- ARGV[1] cursor in the first set, '0' at its beginning
-- ARGV[2] about how many members one call may touch
-- ARGV[3] retention of the log, in milliseconds
-- ARGV[4] prefix of entries   ARGV[5] prefix of reverse sets
-- ARGV[6] offset of the mark   ARGV[7] the mark
-- ARGV[8] an epoch to begin, should the index turn out to be damaged
-- ARGV[9...] object key of each, in the order of KEYS[6...]
--
-- Returns { cursor in the last set that was scanned, '0' when it is done, caches touched, clock, epoch,
-- number of sets scanned, caches touched in the last of them }

local FIRST_OBJECT = 9

-- Stamps of other objects than those whose sets are scanned would protect nothing.
if #ARGV - FIRST_OBJECT ~= #KEYS - 6 then return redis.error_reply('ERR refresh.lua needs one object key for each set') end

redis.call('ZREM', KEYS[5], '')

--@include _advanceClock.lua

--@include _unindex.lua

local budget = tonumber(ARGV[2])
local cursor = ARGV[1]
local isContinued = cursor ~= '0'
local touched = 0
local touchedInLast = 0
local sets = 0
for index = 6, #KEYS do
  local set = KEYS[index]
  local before = touched
  sets = sets + 1
  -- The whole size each time: with what is left of the budget, small sets would be split, and have to be scanned twice.
  local scanned = redis.pcall('SSCAN', set, cursor, 'COUNT', ARGV[2])
  if scanned.err then
    -- As in expire.lua: the index no longer says what depends on the object.
    redis.call('SET', KEYS[1], ARGV[8])
    cursor = '0'
  else
    cursor = scanned[1]
    for _, member in ipairs(scanned[2]) do
      budget = budget - 1
      if string.sub(member, 1, #ARGV[4]) == ARGV[4] then
        -- SSCAN may show a member twice, and two objects one entry: count what was not marked before.
        local mark = redis.pcall('GETRANGE', member, ARGV[6], ARGV[6])
        if type(mark) == 'string' and mark ~= '' and mark ~= ARGV[7] then
          redis.call('SETRANGE', member, ARGV[6], ARGV[7])
          touched = touched + 1
        end
      else
        touched = touched + redis.call('UNLINK', member)
        redis.call('SREM', set, member)
        -- What is left of it in the index is for a commit to take out, as of any cache that is gone.
        local isDone, others = unindex(KEYS[5], ARGV[5], member, math.max(1, budget))
        if not isDone then redis.call('ZADD', KEYS[5], 0, member) end
        budget = budget - others
      end
    end
  end
  touchedInLast = touched - before
  if isContinued or cursor ~= '0' or budget <= 0 then break end
end

-- Every batch stamps the objects that it has scanned, so that hardly any fill is stored between two batches of one
-- object: it might embed what is not marked yet.
local last = FIRST_OBJECT + sets - 1
local objects = {}
for index = FIRST_OBJECT, last do objects[#objects + 1] = ARGV[index] end
local clock = advanceClock('r', cjson.encode(objects), FIRST_OBJECT, last)
return { cursor, touched, clock, redis.call('GET', KEYS[1]) or '', sets, touchedInLast }
