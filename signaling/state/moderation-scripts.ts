/** What moderators do, each one atomic step in Redis; see `scripts.ts` for what all scripts have in common. */
import { lobbyPrelude } from './lobby-scripts.ts';

/** Why so many at most were sent away is remembered; then that begins anew. */
const maxSentAway = 5000;
/** For so long, which is later than any client tries to resume. */
const sentAwaySeconds = 3600;

/** The second argument of every script is who asks: a participant, or '' for an application with a key of the REST API. */
export const moderationPrelude = `${lobbyPrelude}
local asks = ARGV[2]
-- Why who asks may not moderate; nothing or false if they may.
local function refused()
  if asks == '' then return not known() and 'not_found' end
  if not known() then return 'lost' end
  local json = redis.call('HGET', people, asks)
  if not json then return 'lost' end
  local rights = cjson.decode(json).rights
  if not (rights and rights.moderate) then return 'forbidden' end
end
local function isOwner(id)
  return id == '' or cjson.decode(redis.call('HGET', people, id)).role == 'owner'
end
-- They do not come back, their grace is over, and who looks for such removes them.
local function sendAway(id, why)
  if redis.call('HLEN', sentAway) >= ${maxSentAway} then redis.call('DEL', sentAway) end
  redis.call('HSET', sentAway, id, why)
  redis.call('EXPIRE', sentAway, ${sentAwaySeconds})
  local connection = redis.call('HGET', connections, id)
  redis.call('HSET', connections, id, 'down:' .. text(now()))
  return string.match(connection or '', '^up:[^:]+:(.+)$') or ''
end
`;

export const moderationScripts = {
  /** Arguments: who asks, participant, sources. The SFU is told of what is paused already once more. */
  mute: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    if redis.call('HEXISTS', people, ARGV[3]) == 0 then return {'not_found'} end
    local function pause(id)
      local json = id and redis.call('HGET', producers, id)
      if not json then return end
      owe('pause:' .. ARGV[3] .. ':' .. id)
      local producer = cjson.decode(json)
      if producer.paused then return end
      producer.paused = true
      redis.call('HSET', producers, id, cjson.encode(producer))
      change(event.paused(ARGV[3], id, true, asks ~= '' and asks or nil))
    end
    for i = 4, #ARGV do
      for _, field in ipairs(fieldsOf(ARGV[3], ARGV[i])) do pause(redis.call('HGET', sources, field)) end
    end
    return {'ok', changes}`,

  /** Arguments: who asks, participant. The SFU is told by who does what is outstanding. */
  stopShare: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    if redis.call('HEXISTS', people, ARGV[3]) == 0 then return {'not_found'} end
    for _, source in ipairs({'screen', 'screen-audio'}) do
      for _, field in ipairs(fieldsOf(ARGV[3], source)) do
        local id = redis.call('HGET', sources, field)
        local json = id and redis.call('HGET', producers, id)
        if json then
          owe('close:' .. ARGV[3] .. ':' .. id)
          drop(id, cjson.decode(json))
          change(event.removed(ARGV[3], id, true, asks ~= '' and asks or nil))
        end
      end
    end
    return {'ok', changes}`,

  /** Arguments: who asks, participant. Also answers with the socket that they have, or ''. */
  expel: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    if redis.call('HEXISTS', people, ARGV[3]) == 0 then
      if redis.call('HEXISTS', sentAway, ARGV[3]) == 1 then return {'ok', changes, ''} end
      return {'not_found'}
    end
    if isOwner(ARGV[3]) and not isOwner(asks) then return {'owner'} end
    -- To come in again, they wait like others.
    local person = cjson.decode(redis.call('HGET', people, ARGV[3]))
    if person.identity then redis.call('HDEL', lobbyBook, 'identity:' .. person.identity) end
    if person.lobbyId then redis.call('HDEL', lobbyBook, 'lobby:' .. person.lobbyId) end
    return {'ok', changes, sendAway(ARGV[3], 'removed')}`,

  /**
   * Arguments: who asks, participant, role, JSON of its rights. The producers that they may not have any more stay in the state until
   * they are closed.
   */
  setRole: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    local json = redis.call('HGET', people, ARGV[3])
    if not json then return {'not_found'} end
    if ARGV[3] == asks then return {'self'} end
    if (ARGV[4] == 'owner' or isOwner(ARGV[3])) and not isOwner(asks) then return {'owner'} end
    local person = cjson.decode(json)
    local rights = person.rights
    if (person.role or 'speaker') ~= ARGV[4] then
      rights = cjson.decode(ARGV[5])
      -- All but the rights is text and numbers, which survive being read and written.
      person.role, person.rights = nil, nil
      local fields = '"role":"' .. ARGV[4] .. '","rights":' .. ARGV[5]
      redis.call('HSET', people, ARGV[3], with(fields, cjson.encode(person)))
      change(event.role(ARGV[3], ARGV[4]))
    end
    for _, source in ipairs(allSources) do
      for _, field in ipairs(fieldsOf(ARGV[3], source)) do
        local id = redis.call('HGET', sources, field)
        local closing = id and 'close:' .. ARGV[3] .. ':' .. id
        if id and mayPublish({rights = rights}, source) then
          redis.call('HDEL', outstanding, closing)
        elseif id then
          owe(closing)
        end
      end
    end
    return {'ok', changes}`,

  /**
   * Arguments: who asks, `in` or `out` and when those may ask again in ms, lobby ids. Also answers with the lobby, and with the sockets of
   * those who waited.
   */
  decideLobby: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    beginLobby()
    local decided = {}
    for i = 5, #ARGV do
      local json = redis.call('HGET', lobby, ARGV[i])
      if json then
        local waiter = cjson.decode(json)
        redis.call('HDEL', lobby, ARGV[i])
        decided[#decided + 1] = string.match(waiter.connection, '^[^:]+:(.+)$')
        if ARGV[3] == 'in' then
          remember(personOf(waiter), 'in:' .. waiter.ticketHash)
        else
          local out = 'out:' .. text(now() + tonumber(ARGV[4]))
          remember(personOf(waiter), out)
          if waiter.address and not waiter.identity then remember('address:' .. waiter.address, out) end
        end
      end
    end
    return {'ok', changes, {#decided > 0 and lobbyChanged(), decided}}`,

  /** Arguments: who asks. Also answers with the lobby. */
  showLobby: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    return {'ok', changes, lobbyNow()}`,

  /** Arguments: who asks, 1 or 0. Also answers with the lobby if nobody waits there any more. */
  lock: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    setLocked(ARGV[3] == '1')
    return {'ok', changes, ARGV[3] == '1' and emptyLobby()}`,

  /** Arguments: who asks. Also answers with everybody who is to be removed. */
  endMeeting: `${moderationPrelude}
    local why = refused()
    if why then return {why} end
    local all = redis.call('HKEYS', people)
    for _, id in ipairs(all) do sendAway(id, 'room_ended') end
    -- Who was let in or shut out was so of this meeting.
    redis.call('DEL', lobby, lobbyBook, bans)
    return {'ok', changes, all}`,
} as const;
