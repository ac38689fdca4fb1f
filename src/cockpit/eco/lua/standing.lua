-- Stores how alarms stand, each only if nobody else stored it since it was read.
-- ARGV: how many are kept at most, JSON [[id, version it was read at, JSON of the standing, status,
--       since in ms, due in ms (0 = never)]]
-- Returns JSON of the ids that somebody else stored meanwhile.
local most, rows, late = tonumber(ARGV[1]), cjson.decode(ARGV[2]), {}
local ALL = 'cockpit:alarms'

local function forget(id)
  redis.call('DEL', 'cockpit:alarm:' .. id)
  for _, key in ipairs({ALL, ALL .. ':firing', ALL .. ':resolved', ALL .. ':due'}) do
    redis.call('ZREM', key, id)
  end
end

for _, r in ipairs(rows) do
  local id, version, json, status, since, due = unpack(r)
  local key = 'cockpit:alarm:' .. id
  if tonumber(redis.call('HGET', key, 'version') or '0') ~= version then
    late[#late + 1] = id
  else
    redis.call('HSET', key, 'version', version + 1, 'standing', json)
    redis.call('ZADD', ALL, since, id)
    redis.call('ZREM', ALL .. (status == 'firing' and ':resolved' or ':firing'), id)
    redis.call('ZADD', ALL .. ':' .. status, since, id)
    redis.call('XADD', ALL .. ':moved', 'MAXLEN', '~', 10000, '*', 'alarm', id)
    if due > 0 then redis.call('ZADD', ALL .. ':due', due, id)
    else redis.call('ZREM', ALL .. ':due', id) end
  end
end
for _ = 1, math.min(100, redis.call('ZCARD', ALL) - most) do
  local oldest = redis.call('ZRANGE', ALL .. ':resolved', 0, 0)[1] or redis.call('ZRANGE', ALL, 0, 0)[1]
  forget(oldest)
  redis.call('HINCRBY', 'cockpit:counts', 'alarms_evicted', 1)
end
return #late > 0 and cjson.encode(late) or '[]'
