-- Written by scripts/embed-lua.mjs from lib/redis/lua; do not edit.
-- Finds the routes in which fragments that show an object were last rendered, and notes them for rebuilding: one
-- batch of bounded size a call. To be called before an expiry, after which nobody knows them any more.
--
-- KEYS[1] routes to rebuild   KEYS[2] obj: set
-- ARGV[1] cursor, '0' at first   ARGV[2] about how many members one call may look at
-- ARGV[3] prefix of entries
-- ARGV[4] milliseconds until a route is due; -1 to note nothing
-- ARGV[5] how many routes may wait
-- ARGV[6] what every entry of the format begins with
--
-- Returns { cursor, '0' when done, routes dropped because too many wait, then for each fragment: name, route or '' }

-- Bytes of an entry in which its route most often is.
local HEAD = 2048
local LENGTH_AT = 5
local TEXTS_AT = 33

-- As entryHeader.ts has it.
local function routeOf(name)
  local head = redis.pcall('GETRANGE', name, 0, HEAD - 1)
  if type(head) ~= 'string' or string.sub(head, 1, #ARGV[6]) ~= ARGV[6] or #head < TEXTS_AT then return nil end
  local last = LENGTH_AT + 4 + struct.unpack('>I4', head, LENGTH_AT + 1)
  if last > #head then head = redis.call('GETRANGE', name, 0, last - 1) end
  local read, texts = pcall(cjson.decode, string.sub(head, TEXTS_AT + 1, last))
  if not read or type(texts) ~= 'table' or type(texts[3]) ~= 'string' then return '' end
  return texts[3]
end

local scanned = redis.pcall('SSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
-- Somebody's key is in the way; the expiry will see to it.
if scanned.err then return { '0', 0 } end
local time = redis.call('TIME')
local due = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + tonumber(ARGV[4])
local room = tonumber(ARGV[5]) - redis.call('ZCARD', KEYS[1])
local dropped = 0
local reply = { scanned[1], 0 }
for _, member in ipairs(scanned[2]) do
  if string.sub(member, 1, #ARGV[3]) == ARGV[3] then
    local route = routeOf(member)
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
