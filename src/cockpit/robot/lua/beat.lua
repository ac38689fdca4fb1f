-- Renews the leases of living robots. ARGV: lease ms, description seconds, then robot, JSON, ….
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for i = 3, #ARGV, 2 do
  redis.call('ZADD', 'cockpit:robots', now + tonumber(ARGV[1]), ARGV[i])
  redis.call('SET', 'cockpit:robot:' .. ARGV[i], ARGV[i + 1], 'EX', ARGV[2])
end
return now
