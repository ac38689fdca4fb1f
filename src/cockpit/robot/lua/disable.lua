-- Notes whether an action is disabled, for whoever matches events. ARGV: service, action, its state.
local command = ARGV[3] == 'disabled' and 'SADD' or 'SREM'
local changed = redis.call(command, 'cockpit:disabled', ARGV[1] .. ' ' .. ARGV[2])
if changed == 1 then redis.call('INCR', 'cockpit:index') end
return changed
