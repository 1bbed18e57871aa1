-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
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

-- Returns the last position of the JSON string or `null` that begins at `from`, or nil when it does not end.
local function findJsonEnd(json, from)
  if string.sub(json, from, from + 3) == 'null' then return from + 3 end
  if string.sub(json, from, from) ~= '"' then return nil end
  local at = from + 1
  while true do
    local position = string.find(json, '["\\]', at)
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
