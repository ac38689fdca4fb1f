-- Notes what brought a message to a person in a chat. KEYS: message. ARGV: chat:<person>, what did.
-- Returns 0 when the message is gone.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return 1
