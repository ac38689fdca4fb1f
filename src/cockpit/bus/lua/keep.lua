-- Keeps an answer in the place of the claim of who made it.
-- KEYS: claim. ARGV: owner, answer, seconds. Returns whether it was the owner's still.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1
