-- Stores a cache for another program, as commit.lua stores an entry, but never overwrites a value that is not a
-- cache. The name of the key does not tell: `a:1:log` may be a page in a cache of Django, or the log of the namespace
-- `a:1`.
--
-- KEYS and ARGV as in commit.lua, with one more ARGV at the end: a JSON list that has, for each namespace to which
-- KEYS[5] would belong, the keys that exist as long as the namespace is in use
--
-- Returns a reply of commit.lua, or 'foreign: ' and the reason

--@constant ENTRY_MAGIC

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
  if string.find(head, '^' .. ENTRY_MAGIC .. '[\1-\8]') then return 'foreign: it holds a fragment' end
end
for _, markers in ipairs(namespaceMarkers) do
  if redis.call('EXISTS', unpack(markers)) > 0 then
    return 'foreign: it is one of the keys of a namespace that is in use, as ' .. markers[1] .. ' shows'
  end
end

--@include commit.lua
