--#include hand
--#include wake
-- Answers a question; the first answer counts. ARGV: question, answer, by whom, epoch ms.
-- Returns the state it had, or false when there is no such question.
local key = 'cockpit:question:' .. ARGV[1]
local state = redis.call('HGET', key, 'state')
if state == 'waiting' then
  redis.call('HSET', key, 'state', 'answered', 'answer', ARGV[2], 'by', ARGV[3], 'ended', ARGV[4])
  wake(ARGV[1])
end
return state
