-- Reads the clock, and entries of which the caller has copies. The reply has no bytes of those that are the same.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3...] entries
-- ARGV for each entry, as the caller knows it: its length, its first bytes, and its last bytes
--
-- Returns { epoch, clock, for each entry 1 when it is the same, else its bytes or nil }

local reply = { redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]) }
for index = 3, #KEYS do
  local key, arg = KEYS[index], 3 * index - 8
  local first, last = ARGV[arg + 1], ARGV[arg + 2]
  if redis.pcall('STRLEN', key) == tonumber(ARGV[arg])
    and redis.call('GETRANGE', key, 0, #first - 1) == first
    and redis.call('GETRANGE', key, -#last, -1) == last
  then
    reply[index] = 1
  else
    local bytes = redis.pcall('GET', key)
    -- A key of another type counts as missing, as in MGET.
    reply[index] = type(bytes) == 'string' and bytes
  end
end
return reply
