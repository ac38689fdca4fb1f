--#include hand
--#include progress
-- Begins a run. ARGV: run, msgpack {fields = [name, value, …], repo, resets = {action: [action, …]},
--   nodes = [[service, [[action, job], …], number of needs, [services that wait for it]], …]}
-- Returns the run that works on one of these services already, or "" when this one began.
local run, d, now = ARGV[1], cmsgpack.unpack(ARGV[2]), clock()
local active = 'cockpit:runs:active:' .. d.repo
for _, other in ipairs(redis.call('SMEMBERS', active)) do
  for _, row in ipairs(d.nodes) do
    local n = #row[2] > 0 and node(other, row[1])
    if n and #n.a > 0 then return other end
  end
end
local key, first = 'cockpit:run:' .. run, {}
redis.call('HSET', key, 'state', 'running', 'began', now, 'left', #d.nodes, 'bad', 0,
  'resets', cmsgpack.pack(d.resets), unpack(d.fields))
redis.call('ZADD', 'cockpit:runs', now, run)
redis.call('SADD', active, run)
for _, row in ipairs(d.nodes) do
  put(run, row[1], {s = 'waiting', w = row[3], i = 1, a = row[2]})
  if #row[4] > 0 then redis.call('HSET', key .. ':blocks', row[1], cmsgpack.pack(row[4])) end
  if row[3] == 0 then first[#first + 1] = row[1] end
end
enter(run, first, now)
return ''
