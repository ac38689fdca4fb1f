-- Removes a service. ARGV: service, the index number that its consumers were looked up by.
-- Returns -1 when services changed meanwhile, else how many jobs still wait for it (0: removed).
if ARGV[2] ~= (redis.call('GET', 'cockpit:index') or '0') then return -1 end
local waiting = redis.call('LLEN', 'cockpit:inbox:' .. ARGV[1])
if waiting > 0 then return waiting end
redis.call('HDEL', 'cockpit:services', ARGV[1])
redis.call('DEL', 'cockpit:data:' .. ARGV[1], 'cockpit:state:' .. ARGV[1])
redis.call('HINCRBY', 'cockpit:unmirrored:' .. string.match(ARGV[1], '^([^/]+)/'), ARGV[1], 1)
redis.call('INCR', 'cockpit:index')
return 0
