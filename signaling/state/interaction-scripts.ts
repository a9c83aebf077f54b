/** What people do besides talking and writing, each one atomic step in Redis; see `scripts.ts` for what all scripts have in common. */
import { reactionRate, signalRate } from '@parley/protocol';
import { moderationPrelude } from './moderation-scripts.ts';

/** Arguments of `paced` for a rate. */
const at = ({ perSecond, burst }: { perSecond: number; burst: number }) => `${burst}, ${1000 / perSecond}`;

const handPrelude = `
local function isRaised(json) return cjson.decode(json).hand ~= nil end
-- The hand is raised from the change on that says so.
local function setHand(id, json, raised, by)
  -- It stands first or, where the JSON was written anew since, anywhere.
  local plain = string.gsub(string.gsub(json, '"hand":%d+,', ''), ',"hand":%d+', '')
  change(event.hand(id, raised, by))
  if raised then plain = with('"hand":' .. redis.call('HGET', room, 'at'), plain) end
  redis.call('HSET', people, id, plain)
end
`;

export const interactionScripts = {
  /** Arguments: participant, 1 or 0. */
  raiseHand: `${handPrelude}
    local json = known() and redis.call('HGET', people, ARGV[2])
    if not json then return {'lost'} end
    local raised = ARGV[3] == '1'
    if isRaised(json) == raised then return {'ok'} end
    if not paced(pace, 'react:' .. ARGV[2], now(), ${at(reactionRate)}) then return {'too_fast'} end
    setHand(ARGV[2], json, raised)
    return {'ok', changes}`,

  /** Arguments: who asks, participant. */
  lowerHand: `${moderationPrelude}${handPrelude}
    local why = refused()
    if why then return {why} end
    local json = redis.call('HGET', people, ARGV[3])
    if not json then return {'not_found'} end
    if isRaised(json) then setHand(ARGV[3], json, false, asks ~= '' and asks or nil) end
    return {'ok', changes}`,

  /** Arguments: participant. */
  react: `
    if not known() or redis.call('HEXISTS', people, ARGV[2]) == 0 then return {'lost'} end
    if not paced(pace, 'react:' .. ARGV[2], now(), ${at(reactionRate)}) then return {'too_fast'} end
    return {'ok'}`,

  /** Arguments: who asks, participant, sources. Also answers with the JSON of who asks, '' for an application. */
  askToUnmute: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    local json = redis.call('HGET', people, ARGV[3])
    if not json then return {'not_found'} end
    local person = cjson.decode(json)
    for i = 4, #ARGV do
      if not mayPublish(person, ARGV[i]) then return {'may_not'} end
    end
    if not person.interacts then return {'too_old'} end
    if deadline(redis.call('HGET', connections, ARGV[3])) then return {'away'} end
    return {'ok', changes, asks ~= '' and redis.call('HGET', people, asks) or ''}`,

  /** Arguments: participant, whom they want to reach. Also answers with the JSON of both. */
  signal: `
    local json = known() and redis.call('HGET', people, ARGV[2])
    if not json then return {'lost'} end
    local other = redis.call('HGET', people, ARGV[3])
    if not other then return {'not_found'} end
    if not cjson.decode(other).interacts then return {'too_old'} end
    if deadline(redis.call('HGET', connections, ARGV[3])) then return {'away'} end
    if not paced(pace, 'signal:' .. ARGV[2], now(), ${at(signalRate)}) then return {'too_fast'} end
    return {'ok', changes, json, other}`,
} as const;
