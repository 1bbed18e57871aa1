-- Stores several entries, each as commit.lua does.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] due   KEYS[5...] entries
-- ARGV[1] prefix of reverse sets   ARGV[2] prefix of the sets of objects
-- ARGV[3...] for each entry: epoch and clock of the token and the lifetime in milliseconds, separated by spaces; its
--   bytes; and the object key of each dependency as a JSON list
--
-- Returns for each entry what commit.lua returns. When the server is full, all entries from the first refused one
-- on have the error: Redis refuses only the first write of a script.

--@include _commitEntry.lua

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
