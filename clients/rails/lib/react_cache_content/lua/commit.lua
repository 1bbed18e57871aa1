-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Stores an entry and lists it in the index of every dependency, or stores nothing.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] due
-- KEYS[5] entry   KEYS[6] its reverse set   KEYS[7...] obj: set of each dependency
-- ARGV[1] epoch and ARGV[2] clock of the token
-- ARGV[3] the entry
-- ARGV[4] lifetime in milliseconds
-- ARGV[5] prefix of reverse sets
-- ARGV[6...] object key of each dependency, in the order of KEYS[7...]
--
-- Returns 'committed', 'fenced', 'unverifiable', or 'index' when a key of another type is in the way.
-- Returns the error of Redis when the server is full.

-- Defines `commitEntry`, which stores an entry and lists it in the index of every dependency, or stores nothing, and
-- `unindexGoneEntries`, which must run after it. The including script has these KEYS:
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] due

local CHUNK = 1000
local CLEANUP_LIMIT = 4
local SAMPLE_SIZE = 4

local serverEpoch = redis.call('GET', KEYS[1])
local serverClock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- The empty member has the clock up to which stamps were trimmed. It exists since the first expiry, unless the
-- fence was lost.
local trimmedClock = tonumber(redis.call('ZSCORE', KEYS[3], '') or serverClock)

local time = redis.call('TIME')
local milliseconds = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

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

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

-- Entries expire without an event. So each commit removes a few expired entries from the index, and continues with
-- an entry that an earlier commit could not finish.
--
-- prefix: of reverse sets   entries: number of entries of this commit   sets: number of sets that it added to
local function unindexGoneEntries(prefix, entries, sets)
  -- Sets that the cleanup may touch. The limit exceeds the sets that this commit adds to, so that dangling members
  -- cannot pile up.
  local budget = 1000 + 2 * (sets + entries)

  local function unindexWithinBudget(cache)
    if budget <= 0 then return end
    local _, touched = unindex(KEYS[4], prefix, cache, budget)
    budget = budget - 1 - touched
  end

  -- Entries whose time is over.
  local due = redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', milliseconds - 1, 'LIMIT', 0, CLEANUP_LIMIT * entries)
  for _, cache in ipairs(due) do
    local left = redis.call('PTTL', cache)
    if left >= 0 then
      -- Keys do not expire while a script runs, so this one will expire soon.
      redis.call('ZADD', KEYS[4], milliseconds + left + 1, cache)
    elseif left == -2 then
      unindexWithinBudget(cache)
    else
      redis.call('ZREM', KEYS[4], cache)
    end
  end
  -- Entries that were evicted or deleted before their time. They are found by sampling. With this sample size,
  -- about a quarter of `due` is dangling when each commit evicts another entry.
  local sample = redis.call('ZRANDMEMBER', KEYS[4], math.min(SAMPLE_SIZE * entries, CHUNK))
  if #sample > 0 and redis.call('EXISTS', unpack(sample)) < #sample then
    for _, cache in ipairs(sample) do
      if redis.call('EXISTS', cache) == 0 then unindexWithinBudget(cache) end
    end
  end
end

-- entry: its key   reverse: its reverse set   epoch and clock: of the token   bytes: of the entry
-- lifetime: in milliseconds   objects: object key of each dependency   sets: obj: set of each dependency
--
-- Returns 'committed', 'fenced', 'unverifiable', or 'index' when a key of another type is in the way.
-- Returns the error of Redis when the server is full.
local function commitEntry(entry, reverse, epoch, clock, bytes, lifetime, objects, sets)
  local tokenClock = tonumber(clock)
  -- When the clock is behind the token, the server has lost expiries, for instance in a fail-over.
  if serverEpoch ~= epoch or serverClock < tokenClock then return 'unverifiable' end
  if tokenClock < trimmedClock then return 'unverifiable' end

  for first = 1, #objects, CHUNK do
    local last = math.min(first + CHUNK - 1, #objects)
    local stamps = redis.call('ZMSCORE', KEYS[3], unpack(objects, first, last))
    for _, stamp in ipairs(stamps) do
      if stamp and tonumber(stamp) > tokenClock then return 'fenced' end
    end
  end

  -- A full server refuses this first write, so that nothing is half written. The write must not come after the
  -- cleanup: once a script has written anything, Redis lets it write beyond the memory limit.
  local stored = redis.pcall('SET', entry, bytes, 'PX', lifetime)
  if stored.err then
    -- The index of evicted entries may fill the server. Without a cleanup, no later commit would succeed.
    writeWhenFull(KEYS[4])
    return stored
  end

  -- Removes the entry from the sets of objects that it no longer depends on.
  local previous = redis.pcall('SMEMBERS', reverse)
  if previous.err then previous = {} end
  if #previous > 0 then
    local isDependency = {}
    for _, set in ipairs(sets) do isDependency[set] = true end
    for _, set in ipairs(previous) do
      if not isDependency[set] then redis.pcall('SREM', set, entry) end
    end
  end

  for _, set in ipairs(sets) do
    local added = redis.pcall('SADD', set, entry)
    if type(added) == 'table' then
      -- An entry that no expiry can find must not exist.
      for _, undo in ipairs(sets) do redis.pcall('SREM', undo, entry) end
      redis.call('UNLINK', entry, reverse)
      redis.call('ZREM', KEYS[4], entry)
      return 'index'
    end
  end
  redis.call('UNLINK', reverse)
  for first = 1, #sets, CHUNK do
    redis.call('SADD', reverse, unpack(sets, first, math.min(first + CHUNK - 1, #sets)))
  end

  redis.call('ZADD', KEYS[4], milliseconds + tonumber(lifetime), entry)
  return 'committed'
end

local objects, sets = {}, {}
for index = 7, #KEYS do
  sets[index - 6] = KEYS[index]
  objects[index - 6] = ARGV[index - 1]
end
local result = commitEntry(KEYS[5], KEYS[6], ARGV[1], ARGV[2], ARGV[3], ARGV[4], objects, sets)
if result ~= 'fenced' and result ~= 'unverifiable' and result ~= 'index' then
  unindexGoneEntries(ARGV[5], 1, #KEYS - 6)
end
return result
