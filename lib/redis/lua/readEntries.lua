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

--@include _acquireLease.lua

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
