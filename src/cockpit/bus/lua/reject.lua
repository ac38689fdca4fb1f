-- Keeps what was no event, with its reason, and takes it out of the log when it stood there.
-- KEYS: channel. ARGV: payload, reason, group, entry ("" = it came by PUBLISH)
local id = redis.call('XADD', 'cockpit:rejected', 'MAXLEN', '~', 10000, '*',
  'channel', KEYS[1], 'payload', ARGV[1], 'reason', ARGV[2])
redis.call('HINCRBY', 'cockpit:counts', 'rejected', 1)
if ARGV[4] ~= '' then
  redis.call('XACK', KEYS[1], ARGV[3], ARGV[4])
  local removed = redis.call('XDEL', KEYS[1], ARGV[4])
  redis.call('HINCRBY', 'cockpit:counts', 'removed:' .. string.sub(KEYS[1], 6), removed)
end
return id
