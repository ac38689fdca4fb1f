--#include hand
--#include recurred
-- Makes the schedule what services ask for now. ARGV: msgpack {index, now = epoch ms,
--   terms = [[member, text, first]], gone = [service, …]}; the times of services whose template
--   cannot be read stay.
-- Returns -1 when services changed meanwhile, else how many members came or went.
local d = cmsgpack.unpack(ARGV[1])
if d.index ~= tonumber(redis.call('GET', 'cockpit:index') or '0') then return -1 end

-- Returns when a member is due whose period is another one: so long after the last start or event.
-- What never began keeps its first time.
local function due_again(member, due, before, period)
  local kind, of = string.match(member, '^(%S+) (.+)$')
  local jobs = 'cockpit:recurred:' .. string.gsub(of, ' ', ':')
  local began = kind == 'expects' or redis.call('EXISTS', jobs) == 1
  if not began or before == period then return due end
  return math.max(d.now, math.min(due - before, d.now) + period)
end

local flat, former, moved = redis.call('HGETALL', 'cockpit:schedule:terms'), {}, 0
for i = 1, #flat, 2 do former[flat[i]] = flat[i + 1] end
for _, t in ipairs(d.terms) do
  local member, text, due = t[1], t[2], t[3]
  if former[member] ~= text then
    local had = redis.call('ZSCORE', 'cockpit:schedule', member)
    if had and former[member] then
      due = due_again(member, tonumber(had), tonumber(string.match(former[member], '^%d+')),
        tonumber(string.match(text, '^%d+')))
    end
    redis.call('ZADD', 'cockpit:schedule', string.format('%d', due), member)
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
    if redis.call('HEXISTS', 'cockpit:schedule:silent', member) == 1 then
      redis.call('HSET', 'cockpit:schedule:silent', member, 'gone')
    end
    if kind == 'recurring' then forget_older(service .. ':' .. name, 0) end
    moved = moved + 1
  end
end
return moved
