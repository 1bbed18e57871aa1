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

--@include _commitEntry.lua

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
