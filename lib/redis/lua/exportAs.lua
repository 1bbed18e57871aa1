-- Stores what another program reads, as commit.lua stores an entry, unless that would write over something that is no
-- cache. Names alone do not tell: `a:1:log` may be a page in a cache of Django, or the log of the namespace `a:1`.
--
-- KEYS and ARGV as of commit.lua, and behind them as the last of ARGV: a JSON list with, for each namespace that would
-- use KEYS[5] itself, the keys that it has for as long as it is in use
--
-- Returns as commit.lua, or 'foreign' and what is in the way

--@constant ENTRY_MAGIC

local namespaceMarkers = cjson.decode(table.remove(ARGV))

local kind = redis.call('TYPE', KEYS[5]).ok
if kind ~= 'none' and kind ~= 'string' then return 'foreign: it holds a ' .. kind end
-- What this store or another one has entered into the index is a cache, whatever its text looks like.
local isCache = redis.call('ZSCORE', KEYS[4], KEYS[5]) or redis.call('TYPE', KEYS[6]).ok == 'set'
if kind == 'string' and not isCache then
  local head = redis.call('GETRANGE', KEYS[5], 0, 31)
  -- Also the clock of a namespace: a text in its place would stop its expiries.
  if string.find(head, '^-?%d+$') and redis.call('STRLEN', KEYS[5]) == #head then
    return 'foreign: it holds a number, as a counter does'
  end
  -- The number of the format follows.
  if string.find(head, '^' .. ENTRY_MAGIC .. '[\1-\8]') then return 'foreign: it holds a fragment' end
end
for _, names in ipairs(namespaceMarkers) do
  if redis.call('EXISTS', unpack(names)) > 0 then
    return 'foreign: it is one of the keys of a namespace that is in use, as ' .. names[1] .. ' shows'
  end
end

--@include commit.lua
