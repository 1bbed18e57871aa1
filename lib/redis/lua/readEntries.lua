-- Reads the clock and entries. Does not send entries of which the caller has copies, and acquires the lease to fill a
-- fragment that has no entry.
--
-- KEYS[1] epoch   KEYS[2] clock   KEYS[3...] entries
-- ARGV[1] number of the first bytes of an entry in a fingerprint   ARGV[2] offset of the epoch in an entry
-- ARGV[3] prefix of entries   ARGV[4] prefix of leases   ARGV[5] prefix of the ids of leases, which end with the
--   index of the entry
-- ARGV[6...] for each entry: milliseconds until a lease ends, or 0 when none is wanted, and a fingerprint, or an empty
--   text: the length as 4 bytes, the first bytes, and the last bytes
--
-- Returns { epoch, clock, for each entry: bytes, or 1 when they are as in the fingerprint, or 2 when there are none and
--   the lease was granted, or 3 when it was not, or nil }

--@include _acquireLease.lua

local epoch, clock = redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]) or '0'
local firstLength, epochOffset, entryPrefix = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]

local function isKnown(key, fingerprint)
  if fingerprint == '' then return false end
  local a, b, c, d = string.byte(fingerprint, 1, 4)
  local length = ((a * 256 + b) * 256 + c) * 256 + d
  local last = string.sub(fingerprint, 5 + firstLength)
  return redis.pcall('STRLEN', key) == length
    and redis.call('GETRANGE', key, 0, firstLength - 1) == string.sub(fingerprint, 5, 4 + firstLength)
    and redis.call('GETRANGE', key, -#last, -1) == last
end

local function read(key, index, lifetime, fingerprint)
  if isKnown(key, fingerprint) then return 1 end
  local bytes = redis.pcall('GET', key)
  -- A key of another type counts as missing, as in MGET.
  local isPresent = type(bytes) == 'string'
  -- An entry of another epoch counts as missing.
  local isCurrent = isPresent and string.sub(bytes, epochOffset + 1, epochOffset + #epoch) == epoch
  if isCurrent or lifetime == '0' then return isPresent and bytes end
  local lease = ARGV[4] .. string.sub(key, #entryPrefix + 1)
  return acquireLease(lease, epoch, clock, ARGV[5] .. index, lifetime) == 1 and 2 or 3
end

local reply = { epoch, clock }
-- Without an epoch, the caller begins one and reads again.
if epoch then
  for index = 3, #KEYS do
    local arg = 2 * index
    reply[index] = read(KEYS[index], index - 3, ARGV[arg], ARGV[arg + 1])
  end
end
return reply
