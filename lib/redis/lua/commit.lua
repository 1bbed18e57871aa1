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

local CHUNK = 1000
local CLEANUP_LIMIT = 4
local SAMPLE_SIZE = 4

local tokenClock = tonumber(ARGV[2])
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- When the clock is behind the token, the server has lost expiries, for instance in a fail-over.
if redis.call('GET', KEYS[1]) ~= ARGV[1] or clock < tokenClock then return 'unverifiable' end
-- The empty member has the clock up to which stamps were trimmed. It exists since the first expiry, unless the
-- fence was lost.
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

--@include _unindex.lua

--@include _writeWhenFull.lua

-- Sets that the cleanup may touch. The limit exceeds the sets that this commit adds to, so that dangling members
-- cannot pile up.
local budget = 1000 + 2 * (#KEYS - 6)

local function unindexWithinBudget(cache)
  if budget <= 0 then return end
  local _, touched = unindex(KEYS[4], ARGV[5], cache, budget)
  budget = budget - 1 - touched
end

-- Entries expire without an event. So each commit removes a few expired entries from the index, and continues with
-- an entry that an earlier commit could not finish.
local function unindexGoneEntries()
  -- Entries whose time is over.
  for _, cache in ipairs(redis.call('ZRANGEBYSCORE', KEYS[4], '-inf', milliseconds - 1, 'LIMIT', 0, CLEANUP_LIMIT)) do
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
  local sample = redis.call('ZRANDMEMBER', KEYS[4], SAMPLE_SIZE)
  if #sample > 0 and redis.call('EXISTS', unpack(sample)) < #sample then
    for _, cache in ipairs(sample) do
      if redis.call('EXISTS', cache) == 0 then unindexWithinBudget(cache) end
    end
  end
end

-- A full server refuses this first write, so that nothing is half written. The write must not come after the cleanup:
-- once a script has written anything, Redis lets it write beyond the memory limit.
local stored = redis.pcall('SET', KEYS[5], ARGV[3], 'PX', ARGV[4])
if stored.err then
  -- The index of evicted entries may fill the server. Without a cleanup here, no later commit would succeed.
  writeWhenFull(KEYS[4])
  unindexGoneEntries()
  return stored
end

-- Removes the entry from the sets of objects that it no longer depends on.
local isDependency = {}
for index = 7, #KEYS do isDependency[KEYS[index]] = true end
local previous = redis.pcall('SMEMBERS', KEYS[6])
if previous.err then previous = {} end
for _, object in ipairs(previous) do
  if not isDependency[object] then redis.pcall('SREM', object, KEYS[5]) end
end

for index = 7, #KEYS do
  local added = redis.pcall('SADD', KEYS[index], KEYS[5])
  if type(added) == 'table' then
    -- An entry that no expiry can find must not exist.
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

unindexGoneEntries()
return 'committed'
