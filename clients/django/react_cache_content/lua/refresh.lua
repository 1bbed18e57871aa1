-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
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

-- Advances the clock, and writes into the fence and the log what was expired or refreshed with it.
--
-- KEYS[2] clock   KEYS[3] fence   KEYS[4] log   ARGV[3] retention of the log, in milliseconds
-- kind: 'e' or 'r'   logged: the objects as they go into the log, a JSON array   first, last: the object keys in ARGV
--
-- Fields of a log entry: c the clock, k the kind (e expire, r refresh), o the objects as a JSON array
--
-- Returns the clock

-- Stamps dropped in one call: more than one call can set, so that they do not pile up.
local MAX_TRIMMED = 1000
-- Stamps set by one command.
local STAMPS_PER_CALL = 500

local function advanceClock(kind, logged, first, last)
  local clock = redis.call('INCR', KEYS[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local oldest = string.format('%.0f', now - tonumber(ARGV[3]))
  -- Stamps that no living token can be older than: remember how far they went, and drop them, the oldest first.
  -- What is left for a later call does no harm.
  local lastTrimmed = redis.call('XREVRANGE', KEYS[4], oldest, '-', 'COUNT', 1)[1]
  if lastTrimmed then
    local trimmedUpTo = tonumber(lastTrimmed[2][2])
    local trimmed = math.min(redis.call('ZCOUNT', KEYS[3], '-inf', trimmedUpTo), MAX_TRIMMED)
    if trimmed > 0 then redis.call('ZREMRANGEBYRANK', KEYS[3], 0, trimmed - 1) end
    redis.call('ZADD', KEYS[3], trimmedUpTo, '')
  elseif not redis.call('ZSCORE', KEYS[3], '') then
    -- The first expiry, or the fence was lost.
    redis.call('ZADD', KEYS[3], clock - 1, '')
  end
  for from = first, last, STAMPS_PER_CALL do
    local pairs = {}
    for index = from, math.min(from + STAMPS_PER_CALL - 1, last) do
      pairs[#pairs + 1] = clock
      pairs[#pairs + 1] = ARGV[index]
    end
    redis.call('ZADD', KEYS[3], unpack(pairs))
  end
  redis.call('XADD', KEYS[4], 'MINID', '~', oldest, '*', 'c', clock, 'k', kind, 'o', logged)
  return clock
end

-- Takes a cache that is gone out of the index, in all the sets of objects that list it or in some of them.
--
-- due: key of the list of deaths   prefix: of reverse sets   cache: its full name
-- limit: sets that may be touched, at least 1; without it all are
--
-- Returns whether all is done, and how many sets were touched

local NO_LIMIT = 1000000000

local function unindex(due, prefix, cache, limit)
  local reverse = prefix .. cache
  local objects = redis.pcall('SPOP', reverse, limit or NO_LIMIT)
  -- Somebody's key may be in the way.
  if objects.err then objects = {} end
  for _, object in ipairs(objects) do redis.pcall('SREM', object, cache) end
  if #objects > 0 and redis.call('EXISTS', reverse) == 1 then return false, #objects end
  redis.call('UNLINK', reverse)
  redis.pcall('ZREM', due, cache)
  return true, #objects
end

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
