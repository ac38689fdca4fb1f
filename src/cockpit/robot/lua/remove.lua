--#include unfinished
-- Removes a service. ARGV: service, the index number that its consumers were looked up by.
-- Returns false when services changed meanwhile, else its jobs that run or wait (none: removed).
if ARGV[2] ~= (redis.call('GET', 'cockpit:index') or '0') then return false end
local jobs = unfinished({ARGV[1]})
if #jobs > 0 then return jobs end
redis.call('HDEL', 'cockpit:services', ARGV[1])
redis.call('DEL', 'cockpit:data:' .. ARGV[1], 'cockpit:state:' .. ARGV[1])
redis.call('HINCRBY', 'cockpit:unmirrored:' .. string.match(ARGV[1], '^([^/]+)/'), ARGV[1], 1)
redis.call('INCR', 'cockpit:index')
return jobs
