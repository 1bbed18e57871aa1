-- Stores several entries, each as commit.lua does.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3] fence   KEYS[4] due
-- KEYS[5...] for each entry: the entry, its reverse set, and the obj: set of each dependency
-- ARGV[1] prefix of reverse sets
-- ARGV[2...] for each entry: epoch and clock of the token, the entry, its lifetime in milliseconds, the number of
--   its dependencies, and the object key of each dependency
--
-- Returns for each entry what commit.lua returns. When the server is full, all entries from the first refused one
-- on have the error: Redis refuses only the first write of a script.

--@include _commitEntry.lua

local results = {}
local key, arg = 5, 2
local hasStored, refusal = false, nil
while arg <= #ARGV do
  local count = tonumber(ARGV[arg + 4])
  local result = refusal or commitEntry(key, key + 1 + count, arg, arg + 5)
  if type(result) == 'table' and result.err then
    refusal = result
  elseif result == 'committed' then
    hasStored = true
  end
  results[#results + 1] = result
  key = key + 2 + count
  arg = arg + 5 + count
end
if hasStored or refusal then unindexGoneEntries(ARGV[1], #results, #KEYS - 4 - 2 * #results) end
return results
