-- Lets the rest of the script write on a server whose memory is full. There Redis refuses the first write of a script,
-- unless the command only frees memory, as ZREM does. After a first accepted write, a script may write anything.
--
-- sortedSet: key of a sorted set, from which this removes nothing, because it has no member ''

local function writeWhenFull(sortedSet) redis.call('ZREM', sortedSet, '') end
