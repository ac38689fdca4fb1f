-- Shared by the scripts of the ledger: where an eco stands, and how it goes.
local ALL, PRINTS, FIGURES = 'cockpit:ecos', 'cockpit:ecos:prints', 'cockpit:ecos:figures'

local function record(guid) return 'cockpit:eco:' .. guid end

local function tell_history(guid, epoch, what, who, event)
  local key = 'cockpit:eco:history:' .. guid
  -- cjson writes a large number as a fraction; a time is a whole number.
  local told = cjson.encode({what = what, who = who, event = event})
  redis.call('RPUSH', key, string.format('{"epoch":%d,', epoch) .. string.sub(told, 2))
  redis.call('LTRIM', key, -50, -1)
end

-- Forgets an eco whole.
local function forget(guid)
  local had = redis.call('HMGET', record(guid), 'print', 'state', 'size')
  if had[1] then
    redis.call('HDEL', PRINTS, had[1])
    redis.call('ZREM', ALL .. ':' .. had[2], guid)
    redis.call('HINCRBY', FIGURES, 'bytes', -tonumber(had[3]))
  end
  redis.call('ZREM', ALL, guid)
  redis.call('DEL', record(guid), 'cockpit:eco:history:' .. guid, 'cockpit:eco:parents:' .. guid,
    'cockpit:eco:jobs:' .. guid)
end
