-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Marks the entries stale that depend on an object: one batch of bounded size a call. Caches of other
-- programs cannot be marked, and nobody would replace them; they are removed.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] log   KEYS[5] due   KEYS[6] obj: set
-- ARGV[1] cursor, '0' at first
-- ARGV[2] about how many members one call may touch
-- ARGV[3] retention of the log, in milliseconds
-- ARGV[4] prefix of entries   ARGV[5] prefix of reverse sets
-- ARGV[6] offset of the mark   ARGV[7] the mark
-- ARGV[8] an epoch to begin, should the index turn out to be damaged
-- ARGV[9] the object as it goes into the log   ARGV[10] the object key
--
-- Returns { cursor, '0' when done, caches touched, clock, epoch }

redis.call('ZREM', KEYS[5], '')

-- Advances the clock, and writes into the fence and the log what was expired or refreshed with it.
--
-- KEYS[2] clock   KEYS[3] fence   KEYS[4] log   ARGV[3] retention of the log, in milliseconds
-- kind: 'e' or 'r'   logged: the objects as they go into the log   first: the first object key in ARGV
--
-- Returns the clock

-- Stamps dropped in one call: more than one call can set, so that they do not pile up.
local TRIM = 1000

local function stamp(kind, logged, first)
  local clock = redis.call('INCR', KEYS[2])
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  local oldest = string.format('%.0f', now - tonumber(ARGV[3]))
  -- Stamps that no living token can be older than: remember how far they went, and drop them, the oldest first.
  -- What is left for a later call does no harm.
  local past = redis.call('XREVRANGE', KEYS[4], oldest, '-', 'COUNT', 1)[1]
  if past then
    local floor = tonumber(past[2][2])
    local trimmed = math.min(redis.call('ZCOUNT', KEYS[3], '-inf', floor), TRIM)
    if trimmed > 0 then redis.call('ZREMRANGEBYRANK', KEYS[3], 0, trimmed - 1) end
    redis.call('ZADD', KEYS[3], floor, '')
  elseif not redis.call('ZSCORE', KEYS[3], '') then
    -- The first expiry, or the fence was lost.
    redis.call('ZADD', KEYS[3], clock - 1, '')
  end
  for index = first, #ARGV do redis.call('ZADD', KEYS[3], clock, ARGV[index]) end
  redis.call('XADD', KEYS[4], 'MINID', '~', oldest, '*', 'c', clock, 'k', kind, 'o', logged)
  return clock
end

-- Takes a cache that is gone out of the index, in all the sets of objects that list it or in some of them.
--
-- due: key of the list of deaths   prefix: of reverse sets   cache: its full name
-- most: sets that may be touched, at least 1; without it all are
--
-- Returns whether all is done, and how many sets were touched

local ALL = 1000000000

local function forget(due, prefix, cache, most)
  local reverse = prefix .. cache
  local objects = redis.pcall('SPOP', reverse, most or ALL)
  -- Somebody's key may be in the way.
  if objects.err then objects = {} end
  for _, object in ipairs(objects) do redis.pcall('SREM', object, cache) end
  if #objects > 0 and redis.call('EXISTS', reverse) == 1 then return false, #objects end
  redis.call('UNLINK', reverse)
  redis.pcall('ZREM', due, cache)
  return true, #objects
end

-- Every batch, so that hardly anything can be stored while they go on: it might embed what is not marked yet.
local clock = stamp('r', ARGV[9], 10)

local cursor = '0'
local touched = 0
local scanned = redis.pcall('SSCAN', KEYS[6], ARGV[1], 'COUNT', ARGV[2])
if scanned.err then
  -- As in expire.lua: nobody knows any more what depends on the object.
  redis.call('SET', KEYS[1], ARGV[8])
else
  cursor = scanned[1]
  for _, member in ipairs(scanned[2]) do
    if string.sub(member, 1, #ARGV[4]) == ARGV[4] then
      -- SSCAN may show a member twice, and two objects one entry: count what was not marked before.
      local mark = redis.pcall('GETRANGE', member, ARGV[6], ARGV[6])
      if type(mark) == 'string' and mark ~= '' and mark ~= ARGV[7] then
        redis.call('SETRANGE', member, ARGV[6], ARGV[7])
        touched = touched + 1
      end
    else
      touched = touched + redis.call('UNLINK', member)
      redis.call('SREM', KEYS[6], member)
      forget(KEYS[5], ARGV[5], member)
    end
  end
end
return { cursor, touched, clock, redis.call('GET', KEYS[1]) or '' }
