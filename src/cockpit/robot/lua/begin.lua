--#include hand
--#include progress
-- Begins a run. ARGV: its number, msgpack {fields = [name, value, …], repo,
--   resets = {action: [action, …]},
--   nodes = [[service, [[action, job], …], number of needs, [services that wait for it]], …]}
-- Returns "taken" when the number is another run's by now, the run that works on one of these
-- services already, or "" when this one began.
local number, d, now = tonumber(ARGV[1]), cmsgpack.unpack(ARGV[2]), clock()
local run, busy = 'run-' .. ARGV[1], {}
if number ~= tonumber(redis.call('GET', 'cockpit:runs:last') or '0') + 1 then return 'taken' end
for _, row in ipairs(d.nodes) do
  if #row[2] > 0 then busy[#busy + 1] = row[1] end
end
local other = rival(d.repo, run, busy)
if other then return other end
local key, first = 'cockpit:run:' .. run, {}
redis.call('SET', 'cockpit:runs:last', ARGV[1])
redis.call('HSET', key, 'state', 'running', 'began', now, 'left', #d.nodes, 'bad', 0,
  'resets', cmsgpack.pack(d.resets), unpack(d.fields))
redis.call('ZADD', 'cockpit:runs', now, run)
redis.call('SADD', 'cockpit:runs:active:' .. d.repo, run)
for _, row in ipairs(d.nodes) do
  put(run, row[1], {s = 'waiting', w = row[3], i = 1, a = row[2]})
  if #row[4] > 0 then redis.call('HSET', key .. ':blocks', row[1], cmsgpack.pack(row[4])) end
  if row[3] == 0 then first[#first + 1] = row[1] end
end
enter(run, first, now)
return ''
