--#include hand
--#include recurred
-- Makes the schedule what services ask for now. ARGV: msgpack {index, terms = [[member, text,
--   first]], gone = [service, …]}; the times of services whose template cannot be read stay.
-- Returns -1 when services changed meanwhile, else how many members came or went.
local d, now = cmsgpack.unpack(ARGV[1]), clock()
if d.index ~= tonumber(redis.call('GET', 'cockpit:index') or '0') then return -1 end
local flat, former, moved = redis.call('HGETALL', 'cockpit:schedule:terms'), {}, 0
for i = 1, #flat, 2 do former[flat[i]] = flat[i + 1] end
for _, t in ipairs(d.terms) do
  local member, text, first = t[1], t[2], t[3]
  if former[member] ~= text then
    local due = tonumber(redis.call('ZSCORE', 'cockpit:schedule', member) or first)
    redis.call('ZADD', 'cockpit:schedule', string.format('%d', math.min(due, first)), member)
    redis.call('HSET', 'cockpit:schedule:terms', member, text)
    moved = moved + 1
  end
  former[member] = nil
end
local gone = {}
for _, service in ipairs(d.gone) do gone[service] = true end
for member in pairs(former) do
  local kind, service, name = string.match(member, '^(%S+) (%S+) (%S+)$')
  if not gone[service] then
    redis.call('ZREM', 'cockpit:schedule', member)
    redis.call('HDEL', 'cockpit:schedule:terms', member)
    if kind == 'recurring' then forget_older(service .. ':' .. name, 0) end
    moved = moved + 1
  end
end
return moved
