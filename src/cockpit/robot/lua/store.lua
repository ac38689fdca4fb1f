-- Stores a value of a service's data, or the state of one of its actions, and has it mirrored.
-- ARGV: service, "data" or "state", field, value ("" removes it).
-- Returns 0 when the service is gone: nothing is stored then, or one made anew would have it.
if redis.call('HEXISTS', 'cockpit:services', ARGV[1]) == 0 then return 0 end
local key = (ARGV[2] == 'state' and 'cockpit:state:' or 'cockpit:data:') .. ARGV[1]
if ARGV[4] == '' then
  redis.call('HDEL', key, ARGV[3])
else
  redis.call('HSET', key, ARGV[3], ARGV[4])
end
redis.call('HINCRBY', 'cockpit:unmirrored:' .. string.match(ARGV[1], '^([^/]+)/'), ARGV[1], 1)
return 1
