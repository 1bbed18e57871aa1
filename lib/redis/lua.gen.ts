// Written by scripts/embed-lua.mjs from lua/*.lua; do not edit.

export const acquireLeases = `
-- Acquires the leases to fill fragments.
--
-- KEYS for each fragment: its lease, and its entry
-- ARGV for each fragment: epoch and clock of the caller's required token, id of the caller, milliseconds until the
--   lease ends, and the offset of the epoch in an entry when the caller's lookup was a miss, else -1
--
-- Returns for each fragment 1 when the lease is granted, else 0, or the error of Redis when a key of another type is in
-- the way

-- Acquires the lease to fill a fragment. A lease is \`<epoch> <clock> <id>\`, or \`<epoch> <clock> awaited <id>\` once a
-- process waits for its release.
--
-- lease: its key   epoch and clock: expiries that the caller must see   id: of the caller
-- lifetime: milliseconds until the lease ends
--
-- Returns 1 when the lease is granted, 0 when it is not, or the error of Redis when a key of another type is in the
-- way, or the server refuses writes

local function acquireLease(lease, epoch, clock, id, lifetime)
  local mark = ''
  local held = redis.pcall('GET', lease)
  if type(held) == 'table' then return held end
  if held then
    local heldEpoch, heldClock = string.match(held, '^(%S+) (%d+) ')
    -- When the holder's data may be older than an expiry that the caller knows, both render.
    if heldEpoch == epoch and tonumber(heldClock) >= tonumber(clock) then return 0 end
    if string.find(held, ' awaited %S+$') then mark = 'awaited ' end
  end
  local stored = redis.pcall('SET', lease, epoch .. ' ' .. clock .. ' ' .. mark .. id, 'PX', lifetime)
  if stored.err then return stored end
  return 1
end

local replies = {}
for index = 1, #KEYS / 2 do
  local lease, entry, arg = KEYS[2 * index - 1], KEYS[2 * index], 5 * index - 4
  local epoch, epochOffset = ARGV[arg], tonumber(ARGV[arg + 4])
  -- Another process may have filled the fragment since the lookup. An entry of another epoch counts as a miss.
  if epochOffset >= 0 and redis.pcall('GETRANGE', entry, epochOffset, epochOffset + #epoch - 1) == epoch then
    replies[index] = 0
  else
    replies[index] = acquireLease(lease, epoch, ARGV[arg + 1], ARGV[arg + 2], ARGV[arg + 3])
  end
end
return replies
`

export const awaitLease = `
-- Notes that a process waits for the release of a lease, so that the release is published.
--
-- KEYS[1] lease
--
-- Returns the milliseconds until the lease ends without a release, -2 when it has ended, or -1 when it never ends, and
-- the id of its holder

local left = redis.call('PTTL', KEYS[1])
local held = redis.pcall('GET', KEYS[1])
if type(held) ~= 'string' then return { left, '' } end
-- The format is described in _acquireLease.lua.
local head, id = string.match(held, '^(%S+ %d+ )(%S+)$')
-- On a server that refuses writes, the caller waits for the end of the lease.
if head then redis.pcall('SET', KEYS[1], head .. 'awaited ' .. id, 'KEEPTTL') end
return { left, string.match(held, ' (%S+)$') or '' }
`

export const claimRoutes = `
-- Claims routes that are due for rebuilding. A claim ends after a time, because the worker may have died. Then the
-- route is due again.
--
-- KEYS[1] rebuild queue   KEYS[2] routes being rebuilt   KEYS[3] routes rebuilt recently
-- ARGV[1] milliseconds of a claim   ARGV[2] maximum number of routes
-- ARGV[3] milliseconds between the end of a rebuild and the next rebuild of the same route
--
-- Returns { milliseconds until the next route is due, or -1; the time at which the claims end; route... }

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

writeWhenFull(KEYS[1])

-- Routes that are examined beyond the number to claim.
local LOOKAHEAD = 50
-- Milliseconds until a route whose rebuild is still active is examined again.
local ACTIVE_RECHECK_MS = 50

local function formatNumber(number) return string.format('%.0f', number) end

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for _, route in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', formatNumber(now), 'LIMIT', 0, 100)) do
  redis.call('ZREM', KEYS[2], route)
  redis.call('ZADD', KEYS[1], 'NX', formatNumber(now), route)
end

local limit = tonumber(ARGV[2])
local claimedUntil = formatNumber(now + tonumber(ARGV[1]))
local reply = { -1, claimedUntil }
for _, route in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', formatNumber(now), 'LIMIT', 0, limit + LOOKAHEAD)) do
  if #reply - 2 >= limit then break end
  local rebuiltAt = redis.call('ZSCORE', KEYS[3], route)
  local notBefore = rebuiltAt and tonumber(rebuiltAt) + tonumber(ARGV[3]) or 0
  if redis.call('ZSCORE', KEYS[2], route) then
    -- The active rebuild may have missed the latest change, so the route is rebuilt again after it.
    redis.call('ZADD', KEYS[1], 'XX', formatNumber(now + ACTIVE_RECHECK_MS), route)
  elseif notBefore > now then
    redis.call('ZADD', KEYS[1], 'XX', formatNumber(notBefore), route)
  else
    redis.call('ZREM', KEYS[1], route)
    redis.call('ZADD', KEYS[2], claimedUntil, route)
    reply[#reply + 1] = route
  end
end
local nextDue = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
local nextExpiring = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
for _, score in ipairs({ nextDue[2], nextExpiring[2] }) do
  local wait = math.max(0, tonumber(score) - now)
  if reply[1] < 0 or wait < reply[1] then reply[1] = wait end
end
return reply
`

export const commitAll = `
-- Stores several entries, each as commit.lua does.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] due   KEYS[5...] entries
-- ARGV[1] prefix of reverse sets   ARGV[2] prefix of the sets of objects
-- ARGV[3...] for each entry: epoch and clock of the token and the lifetime in milliseconds, separated by spaces; its
--   bytes; and the object key of each dependency as a JSON list
--
-- Returns for each entry what commit.lua returns. When the server is full, all entries from the first refused one
-- on have the error: Redis refuses only the first write of a script.

-- Defines \`commitEntry\`, which stores an entry and lists it in the index of every dependency, or stores nothing, and
-- \`unindexGoneEntries\`, which must run after it. The including script has these KEYS:
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
  -- about a quarter of \`due\` is dangling when each commit evicts another entry.
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

local results = {}
local setCount, hasStored, refusal = 0, false, nil
for index = 5, #KEYS do
  local arg = 3 * index - 12
  local epoch, clock, lifetime = string.match(ARGV[arg], '^(%S*) (%S+) (%S+)$')
  local objects = cjson.decode(ARGV[arg + 2])
  local sets = {}
  for at, object in ipairs(objects) do sets[at] = ARGV[2] .. object end
  setCount = setCount + #sets
  local entry = KEYS[index]
  local result = refusal or commitEntry(entry, ARGV[1] .. entry, epoch, clock, ARGV[arg + 1], lifetime, objects, sets)
  if type(result) == 'table' and result.err then
    refusal = result
  elseif result == 'committed' then
    hasStored = true
  end
  results[index - 4] = result
end
if hasStored or refusal then unindexGoneEntries(ARGV[1], #results, setCount) end
return results
`

export const enqueueRoutes = `
-- Finds the routes in which fragments that show an object were last rendered, and queues them for rebuilding: one
-- batch of bounded size a call. Call it before the expiry, because after it the index no longer has the routes.
-- They must not be rebuilt before the expiry is done. So they become due much later, unless markRoutesReady.lua
-- makes them due. The late time takes effect when the program dies before the end of the expiry.
--
-- KEYS[1] rebuild queue   KEYS[2] obj: set
-- ARGV[1] cursor, '0' at first   ARGV[2] about how many members one call may examine
-- ARGV[3] prefix of entries
-- ARGV[4] milliseconds until a route is due; -1 to queue nothing
-- ARGV[5] maximum number of queued routes
-- ARGV[6] the first bytes of every entry of the format
--
-- Returns { cursor, '0' when done; number of routes that were not queued because too many are; for each fragment: Redis
-- key, route or '' }

local TEXTS_OFFSET = 33
-- Bytes of an entry that the first and the second attempt read. Name and route are so short that the second size
-- always holds both.
local HEAD_SIZES = { 2048, 16384 }

-- Returns the last position of the JSON string or \`null\` that begins at \`from\`, or nil when it does not end.
local function findJsonEnd(json, from)
  if string.sub(json, from, from + 3) == 'null' then return from + 3 end
  if string.sub(json, from, from) ~= '"' then return nil end
  local at = from + 1
  while true do
    local position = string.find(json, '["\\\\]', at)
    if not position then return nil end
    if string.sub(json, position, position) == '"' then return position end
    at = position + 2
  end
end

-- Returns the third text as JSON. The texts behind it are not parsed, because they may be many.
local function extractThirdText(json)
  local from = 2
  for _ = 1, 2 do
    local last = findJsonEnd(json, from)
    if not last then return nil end
    from = last + 2
  end
  local last = findJsonEnd(json, from)
  return last and string.sub(json, from, last)
end

local function readRoute(redisKey)
  for _, length in ipairs(HEAD_SIZES) do
    local head = redis.pcall('GETRANGE', redisKey, 0, length - 1)
    if type(head) ~= 'string' or string.sub(head, 1, #ARGV[6]) ~= ARGV[6] then return nil end
    local json = extractThirdText(string.sub(head, TEXTS_OFFSET + 1))
    if json then
      local read, texts = pcall(cjson.decode, '[' .. json .. ']')
      return read and type(texts[1]) == 'string' and texts[1] or ''
    end
    if #head < length then return '' end
  end
  return ''
end

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

if tonumber(ARGV[4]) >= 0 then writeWhenFull(KEYS[1]) end

local scanned = redis.pcall('SSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
-- A key of another type is in the way. The expiry handles it.
if scanned.err then return { '0', 0 } end
local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[4])
local room = tonumber(ARGV[5]) - redis.call('ZCARD', KEYS[1])
local dropped = 0
local reply = { scanned[1], 0 }
for _, member in ipairs(scanned[2]) do
  if string.sub(member, 1, #ARGV[3]) == ARGV[3] then
    local route = readRoute(member)
    if route then
      reply[#reply + 1] = member
      reply[#reply + 1] = route
      if route ~= '' and tonumber(ARGV[4]) >= 0 then
        if room <= 0 and not redis.call('ZSCORE', KEYS[1], route) then
          dropped = dropped + 1
        else
          room = room - redis.call('ZADD', KEYS[1], 'NX', string.format('%.0f', due), route)
        end
      end
    end
  end
end
reply[2] = dropped
return reply
`

export const expire = `
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

-- Defines \`recordExpiries\`, which records the clock of the last expiry of each recorded object. Records outlast the
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
`

export const exportAs = `
-- Stores a cache for another program, as commit.lua stores an entry, but never overwrites a value that is not a
-- cache. The name of the key does not tell: \`a:1:log\` may be a page in a cache of Django, or the log of the namespace
-- \`a:1\`.
--
-- KEYS and ARGV as in commit.lua, with one more ARGV at the end: a JSON list that has, for each namespace to which
-- KEYS[5] would belong, the keys that exist as long as the namespace is in use
--
-- Returns a reply of commit.lua, or 'foreign: ' and the reason

local ENTRY_MAGIC = 'RCC'

local namespaceMarkers = cjson.decode(table.remove(ARGV))

local kind = redis.call('TYPE', KEYS[5]).ok
if kind ~= 'none' and kind ~= 'string' then return 'foreign: it holds a ' .. kind end
-- A key that a store has entered into the index is a cache, whatever its text looks like.
local isCache = redis.call('ZSCORE', KEYS[4], KEYS[5]) or redis.call('TYPE', KEYS[6]).ok == 'set'
if kind == 'string' and not isCache then
  local head = redis.call('GETRANGE', KEYS[5], 0, 31)
  -- The key may be the clock of a namespace. A text in its place would stop the expiries of the namespace.
  if string.find(head, '^-?%d+$') and redis.call('STRLEN', KEYS[5]) == #head then
    return 'foreign: it holds a number, as a counter does'
  end
  -- The format follows as one byte.
  if string.find(head, '^' .. ENTRY_MAGIC .. '[\\1-\\8]') then return 'foreign: it holds a fragment' end
end
for _, markers in ipairs(namespaceMarkers) do
  if redis.call('EXISTS', unpack(markers)) > 0 then
    return 'foreign: it is one of the keys of a namespace that is in use, as ' .. markers[1] .. ' shows'
  end
end

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

-- Defines \`commitEntry\`, which stores an entry and lists it in the index of every dependency, or stores nothing, and
-- \`unindexGoneEntries\`, which must run after it. The including script has these KEYS:
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
  -- about a quarter of \`due\` is dangling when each commit evicts another entry.
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
`

export const findDangling = `
-- Finds members of the index whose caches do not exist.
--
-- KEYS in pairs: the set of an object or the reverse set of the cache, and the Redis key of the cache
-- ARGV[1] prefix of reverse sets
--
-- Returns the numbers, from 0, of the pairs whose set lists a cache that does not exist

local dangling = {}
for index = 1, #KEYS, 2 do
  local set, cache = KEYS[index], KEYS[index + 1]
  local isListed
  if set == ARGV[1] .. cache then
    isListed = redis.call('EXISTS', set)
  else
    isListed = redis.pcall('SISMEMBER', set, cache)
  end
  if isListed == 1 and redis.call('EXISTS', cache) == 0 then dangling[#dangling + 1] = (index - 1) / 2 end
end
return dangling
`

export const finishRoute = `
-- Records the result of a rebuild, if the caller still holds the claim.
--
-- KEYS[1] rebuild queue   KEYS[2] routes being rebuilt   KEYS[3] failures in a row by route   KEYS[4] dead letters
-- KEYS[5] routes rebuilt recently   KEYS[6] number of requeues in a row by route
-- ARGV[1] route   ARGV[2] the time at which the claim ends
-- ARGV[3] 'done', 'failed' or 'unrecoverable'   ARGV[4] maximum number of attempts
-- ARGV[5] milliseconds until the second attempt; the delay doubles with each attempt   ARGV[6] the longest delay
-- ARGV[7] dead letter for a route that is given up   ARGV[8] maximum number of dead letters
-- ARGV[9] milliseconds for which a rebuild is remembered
--
-- Returns { state, number of failures in a row }. The state is 'done'; 'requeued' when done and queued again; 'failed'
-- when another attempt follows; 'given-up'; or 'lost' when the caller no longer holds the claim

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

writeWhenFull(KEYS[1])

local score = redis.call('ZSCORE', KEYS[2], ARGV[1])
if not score or string.format('%.0f', tonumber(score)) ~= ARGV[2] then return { 'lost', 0 } end
redis.call('ZREM', KEYS[2], ARGV[1])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if ARGV[3] == 'done' then
  redis.call('HDEL', KEYS[3], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', string.format('%.0f', now - tonumber(ARGV[9])))
  redis.call('ZADD', KEYS[5], string.format('%.0f', now), ARGV[1])
  -- When the site has requeued the route, the count of requeues continues.
  if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return { 'requeued', 0 } end
  redis.call('HDEL', KEYS[6], ARGV[1])
  return { 'done', 0 }
end
-- The delay after a failure replaces a requeue of the site. Requeues come sooner, and would never end.
local wasRequeued = redis.call('HDEL', KEYS[6], ARGV[1]) == 1
local failures = redis.call('HINCRBY', KEYS[3], ARGV[1], 1)
if ARGV[3] == 'unrecoverable' or failures >= tonumber(ARGV[4]) then
  redis.call('HDEL', KEYS[3], ARGV[1])
  if wasRequeued then redis.call('ZREM', KEYS[1], ARGV[1]) end
  redis.call('LPUSH', KEYS[4], ARGV[7])
  redis.call('LTRIM', KEYS[4], 0, tonumber(ARGV[8]) - 1)
  return { 'given-up', failures }
end
local wait = math.min(tonumber(ARGV[5]) * 2 ^ (failures - 1), tonumber(ARGV[6]))
redis.call('ZADD', KEYS[1], wasRequeued and 'GT' or 'NX', string.format('%.0f', now + wait), ARGV[1])
return { 'failed', failures }
`

export const markRoutesReady = `
-- Makes routes due for rebuilding, after their content was expired.
--
-- KEYS[1] rebuild queue
-- ARGV[1] milliseconds until they are due   ARGV[2...] routes
--
-- Returns nothing

local MAX_QUEUED_ROUTES = 10000

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

writeWhenFull(KEYS[1])
local room = MAX_QUEUED_ROUTES - redis.call('ZCARD', KEYS[1])
local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[1])
for index = 2, #ARGV do
  -- A route that is no longer queued was rebuilt too early, so it is queued again.
  if room > 0 or redis.call('ZSCORE', KEYS[1], ARGV[index]) then
    room = room - redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', due), ARGV[index])
  end
end
`

export const publish = `
-- Publishes a message on a channel, and keeps it in a stream.
--
-- KEYS[1] stream
-- ARGV[1] channel   ARGV[2] about how many messages the stream keeps   ARGV[3] the message, a JSON object as text
--
-- On the channel the message has an additional field \`stream\`, with the name of the stream and the id of the
-- message in it. A receiver that reads this stream as well recognizes the message. A receiver that reads another
-- stream ignores it.
--
-- Returns { id in the stream, number of subscribers that received it }

local streamId = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'message', ARGV[3])
local field = ',"stream":' .. cjson.encode(KEYS[1] .. ' ' .. streamId) .. '}'
-- A function, because \`%\` has a meaning in a replacement string. The pattern has no \`%s*\` before the brace, which
-- would make it slow.
local message = string.gsub(ARGV[3], '}%s*$', function() return field end)
return { streamId, redis.call('PUBLISH', ARGV[1], message) }
`

export const readClock = `
-- Reads the current clock, and the clock at earlier moments.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] log   KEYS[4] fence
-- ARGV[1] id of the epoch to begin when there is none
-- ARGV[2] retention of the log, in milliseconds
-- ARGV[3...] for each reader, milliseconds since it may have read its first data
--
-- Returns { epoch, clock, server time in microseconds, clock at each of ARGV[3...] }

local epoch = redis.call('GET', KEYS[1])
if not epoch then
  epoch = ARGV[1]
  redis.call('SET', KEYS[1], epoch)
end
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local retention = tonumber(ARGV[2])

local function clockAsOf(age)
  if age >= retention then return 0 end
  -- A log entry of the same millisecond may be later than the reader, so one millisecond is subtracted.
  local since = string.format('%.0f', now - math.ceil(age) - 1)
  local before = redis.call('XREVRANGE', KEYS[3], since, '-', 'COUNT', 1)[1]
  if before then return tonumber(before[2][2]) end
  local first = redis.call('XRANGE', KEYS[3], '-', '+', 'COUNT', 1)[1]
  -- After the first expiry, the log always has the latest one, unless the log was lost.
  if not first then return 0 end
  -- Stamps that the fence has trimmed are older than any reader. A log that begins later was lost in part.
  return math.min(tonumber(first[2][2]) - 1, tonumber(redis.call('ZSCORE', KEYS[4], '') or 0))
end

local reply = { epoch, clock, string.format('%s%06d', time[1], tonumber(time[2])) }
for index = 3, #ARGV do reply[#reply + 1] = clockAsOf(tonumber(ARGV[index])) end
return reply
`

export const readEntries = `
-- Reads the clock and entries. Does not send entries of which the caller has copies, and acquires the lease to fill a
-- fragment that has no entry.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3...] entries
-- ARGV[1] number of the first bytes of an entry in a fingerprint
-- ARGV[2] prefix of entries   ARGV[3] prefix of leases
-- ARGV[4...] for each entry: id of the lease to acquire, or an empty text; milliseconds until it ends; and a
--   fingerprint, or an empty text: the length as 4 bytes, the first bytes, and the last bytes
--
-- Returns { epoch, clock, for each entry: bytes, or 1 when they are as in the fingerprint, or 2 when there are none and
--   the lease was granted, or 3 when it was not, or nil }

-- Acquires the lease to fill a fragment. A lease is \`<epoch> <clock> <id>\`, or \`<epoch> <clock> awaited <id>\` once a
-- process waits for its release.
--
-- lease: its key   epoch and clock: expiries that the caller must see   id: of the caller
-- lifetime: milliseconds until the lease ends
--
-- Returns 1 when the lease is granted, 0 when it is not, or the error of Redis when a key of another type is in the
-- way, or the server refuses writes

local function acquireLease(lease, epoch, clock, id, lifetime)
  local mark = ''
  local held = redis.pcall('GET', lease)
  if type(held) == 'table' then return held end
  if held then
    local heldEpoch, heldClock = string.match(held, '^(%S+) (%d+) ')
    -- When the holder's data may be older than an expiry that the caller knows, both render.
    if heldEpoch == epoch and tonumber(heldClock) >= tonumber(clock) then return 0 end
    if string.find(held, ' awaited %S+$') then mark = 'awaited ' end
  end
  local stored = redis.pcall('SET', lease, epoch .. ' ' .. clock .. ' ' .. mark .. id, 'PX', lifetime)
  if stored.err then return stored end
  return 1
end

local epoch, clock = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]) or '0'
local firstLength, entryPrefix = tonumber(ARGV[1]), ARGV[2]

local function isKnown(key, fingerprint)
  if fingerprint == '' then return false end
  local a, b, c, d = string.byte(fingerprint, 1, 4)
  local length = ((a * 256 + b) * 256 + c) * 256 + d
  local last = string.sub(fingerprint, 5 + firstLength)
  return redis.pcall('STRLEN', key) == length
    and redis.call('GETRANGE', key, 0, firstLength - 1) == string.sub(fingerprint, 5, 4 + firstLength)
    and redis.call('GETRANGE', key, -#last, -1) == last
end

local function read(key, id, lifetime, fingerprint)
  if isKnown(key, fingerprint) then return 1 end
  local bytes = redis.pcall('GET', key)
  -- A key of another type counts as missing, as in MGET.
  if type(bytes) == 'string' then return bytes end
  if id == '' then return false end
  local lease = ARGV[3] .. string.sub(key, #entryPrefix + 1)
  local granted = acquireLease(lease, epoch, clock, id, lifetime)
  if granted == 1 then return 2 end
  -- Where the server refuses, the caller asks for the lease alone, and gets the error.
  return granted == 0 and 3
end

local reply = { epoch, clock }
-- Without an epoch, the caller begins one and reads again.
if epoch then
  for index = 3, #KEYS do
    local arg = 3 * index - 5
    reply[index] = read(KEYS[index], ARGV[arg], ARGV[arg + 1], ARGV[arg + 2])
  end
end
return reply
`

export const readLastExpiries = `
-- Reads the clocks at which recorded objects may last have been expired.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] paths
-- ARGV the object keys
--
-- Returns { epoch, or an empty text when there is none; clock; the clock of each object }

-- Objects that one ZMSCORE reads.
local OBJECTS_PER_READ = 1000

local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- Without a floor the set was lost, so any object may have been expired at the current clock.
local floor = tonumber(redis.call('ZSCORE', KEYS[3], '') or clock)
local reply = { redis.call('GET', KEYS[1]) or '', clock }
for first = 1, #ARGV, OBJECTS_PER_READ do
  local records = redis.call('ZMSCORE', KEYS[3], unpack(ARGV, first, math.min(first + OBJECTS_PER_READ - 1, #ARGV)))
  for _, record in ipairs(records) do reply[#reply + 1] = math.max(floor, tonumber(record or 0)) end
end
return reply
`

export const refresh = `
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

-- Defines \`recordExpiries\`, which records the clock of the last expiry of each recorded object. Records outlast the
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
`

export const releaseLeases = `
-- Releases leases, except those that another process has taken over, and notifies the processes that wait for one. Those
-- that wait for a lease that was taken over are notified too.
--
-- KEYS the leases
-- ARGV[1] channel
-- ARGV[2...] for each lease: id of the caller, and the message on the channel
--
-- Returns the number of leases that were released

local released = 0
for index = 1, #KEYS do
  local held = redis.pcall('GET', KEYS[index])
  if type(held) == 'string' then
    if string.match(held, ' (%S+)$') == ARGV[2 * index] then
      redis.call('UNLINK', KEYS[index])
      released = released + 1
    end
    if string.find(held, ' awaited %S+$') then redis.call('PUBLISH', ARGV[1], ARGV[2 * index + 1]) end
  end
end
return released
`

export const removeCaches = `
-- Removes caches by their Redis keys, and from the index: one batch of bounded size a call.
--
-- KEYS[1] due   KEYS[2...] Redis keys of the caches
-- ARGV[1] prefix of reverse sets
-- ARGV[2] about how many members of sets one call may touch
--
-- Returns the number of caches that are done, from the first on

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

local budget = tonumber(ARGV[2])
for index = 2, #KEYS do
  if budget <= 0 then return index - 2 end
  redis.call('UNLINK', KEYS[index])
  local done, touched = unindex(KEYS[1], ARGV[1], KEYS[index], math.max(1, budget - 1))
  budget = budget - 1 - touched
  if not done then return index - 2 end
end
return #KEYS - 1
`

export const removeDangling = `
-- Removes caches that do not exist from the index: one batch of bounded size a call.
--
-- KEYS[1] due   KEYS[2...] in pairs: a set that lists the cache, and the Redis key of the cache
-- ARGV[1] prefix of reverse sets
-- ARGV[2] about how many sets one call may touch
--
-- Returns the number of pairs that are done, from the first on

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

local budget = tonumber(ARGV[2])
for index = 2, #KEYS, 2 do
  if budget <= 0 then return index / 2 - 1 end
  local set, cache = KEYS[index], KEYS[index + 1]
  budget = budget - 1
  -- A cache that was written since the caller's check must stay in the index.
  if redis.call('EXISTS', cache) == 0 then
    redis.pcall('SREM', set, cache)
    -- A key of another type belongs to another program.
    if type(redis.pcall('SCARD', ARGV[1] .. cache)) == 'number' then
      local done, touched = unindex(KEYS[1], ARGV[1], cache, math.max(1, budget))
      budget = budget - touched
      if not done then return index / 2 - 1 end
    end
  end
end
return (#KEYS - 1) / 2
`

export const requeueRoute = `
-- Queues a route again, because a render for a worker could not be stored.
--
-- KEYS[1] rebuild queue   KEYS[2] number of requeues in a row by route
-- ARGV[1] route   ARGV[2] milliseconds until the second attempt; the delay doubles with each attempt
-- ARGV[3] maximum number of attempts; after these the route waits for the next change
-- ARGV[4] maximum number of queued routes
--
-- Returns 1 when the route is queued, else 0

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

writeWhenFull(KEYS[1])
local attempts = redis.call('HINCRBY', KEYS[2], ARGV[1], 1)
if attempts >= tonumber(ARGV[3]) then return 0 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[4]) and not redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local due = now + tonumber(ARGV[2]) * 2 ^ (attempts - 1)
redis.call('ZADD', KEYS[1], 'LT', string.format('%.0f', due), ARGV[1])
return 1
`

export const startEpoch = `
-- Begins a new epoch. Entries and tokens of the previous epoch become invalid.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] due   KEYS[4] fence   KEYS[5] paths
-- ARGV[1] the new epoch
--
-- Returns the clock

-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end

writeWhenFull(KEYS[3])
redis.call('SET', KEYS[1], ARGV[1])
local clock = tonumber(redis.call('GET', KEYS[2]) or 0)
-- Tokens of the new epoch are later than all stamps and records of the previous one.
for index = 4, 5 do
  redis.call('UNLINK', KEYS[index])
  redis.call('ZADD', KEYS[index], clock, '')
end
return clock
`
