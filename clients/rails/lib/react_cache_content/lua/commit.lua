-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Stores an entry and its place in the index of every dependency, or nothing at all.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] due
-- KEYS[5] entry   KEYS[6] its reverse set   KEYS[7...] obj: set of each dependency
-- ARGV[1] epoch and ARGV[2] clock of the token
-- ARGV[3] the entry
-- ARGV[4] milliseconds it lives
-- ARGV[5] prefix of reverse sets
-- ARGV[6...] object key of each dependency, in the order of KEYS[7...]
--
-- Returns 'committed', 'fenced', 'unverifiable', or 'index' when a key of another type is in the way

local CHUNK = 1000
local CLEANUP_LIMIT = 4
local SAMPLE_SIZE = 4

local tokenClock = tonumber(ARGV[2])
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- A clock behind the token's means that the server has lost expiries, after a fail-over for instance.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or clock < tokenClock then return 'unverifiable' end
-- The empty member remembers what was trimmed. It is there since the first expiry, unless the fence was lost.
if tokenClock < tonumber(redis.call('ZSCORE', KEYS[3], '') or clock) then return 'unverifiable' end

for first = 6, #ARGV, CHUNK do
  local last = math.min(first + CHUNK - 1, #ARGV)
  local stamps = redis.call('ZMSCORE', KEYS[3], unpack(ARGV, first, last))
  for _, stamp in ipairs(stamps) do
    if stamp and tonumber(stamp) > tokenClock then return 'fenced' end
  end
end

local time = redis.call('TIME')
local milliseconds = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

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

-- Sets that burying may touch: more than this commit enters, so that the index of the dead cannot pile up.
local budget = 1000 + 2 * (#KEYS - 6)

local function cleanup(cache)
  if budget <= 0 then return end
  local _, touched = unindex(KEYS[4], ARGV[5], cache, budget)
  budget = budget - 1 - touched
end

-- Entries die without a word; each commit buries a few of them, and goes on with one that it could not finish.
local function cleanupExpired()
  -- Of age.
  for _, cache in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', milliseconds - 1, 'LIMIT', 0, CLEANUP_LIMIT)) do
    local left = redis.call('PTTL', cache)
    if left >= 0 then
      -- Time stands still for keys while a script runs, so this one is about to die.
      redis.call('ZADD', KEYS[4], milliseconds + left + 1, cache)
    elseif left == -2 then
      cleanup(cache)
    else
      redis.call('ZREM', KEYS[4], cache)
    end
  end
  -- Before their time, where the server evicts or somebody deletes: found by chance. With as many looked at as
  -- here, about a quarter of `due` is dead where each entry that is stored pushes another out.
  local sample = redis.call('ZRANDMEMBER', KEYS[4], SAMPLE_SIZE)
  if #sample > 0 and redis.call('EXISTS', unpack(sample)) < #sample then
    for _, name in ipairs(sample) do
      if redis.call('EXISTS', name) == 0 then cleanup(name) end
    end
  end
end

-- The first write is one that a full server refuses, so that there nothing is half done. It must not come after
-- the burying: once a script has written anything, Redis lets it write on, over the limit.
local stored = redis.pcall('SET', KEYS[5], ARGV[3], 'PX', ARGV[4])
if stored.err then
  -- What fills the server may be the index of entries that it has evicted, and no commit would ever get further.
  -- A full server takes this write; after it all are.
  redis.call('ZREM', KEYS[4], '')
  cleanupExpired()
  return stored
end

-- What the entry depended on before and does no longer.
local now = {}
for index = 7, #KEYS do now[KEYS[index]] = true end
local before = redis.pcall('SMEMBERS', KEYS[6])
if before.err then before = {} end
for _, object in ipairs(before) do
  if not now[object] then redis.pcall('SREM', object, KEYS[5]) end
end

for index = 7, #KEYS do
  local added = redis.pcall('SADD', KEYS[index], KEYS[5])
  if type(added) == 'table' then
    -- An entry that an expiry cannot find must not exist.
    for undo = 7, #KEYS do redis.pcall('SREM', KEYS[undo], KEYS[5]) end
    redis.call('UNLINK', KEYS[5], KEYS[6])
    redis.call('ZREM', KEYS[4], KEYS[5])
    return 'index'
  end
end
redis.call('UNLINK', KEYS[6])
for first = 7, #KEYS, CHUNK do
  redis.call('SADD', KEYS[6], unpack(KEYS, first, math.min(first + CHUNK - 1, #KEYS)))
end

redis.call('ZADD', KEYS[4], milliseconds + tonumber(ARGV[4]), KEYS[5])

cleanupExpired()
return 'committed'
