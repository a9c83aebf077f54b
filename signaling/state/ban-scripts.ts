/** Who is shut out of a meeting, each change one atomic step in Redis; see `scripts.ts` for what all scripts have in common. */
import { maxBans } from '@parley/protocol';
import { moderationPrelude } from './moderation-scripts.ts';

const banChanges = `${moderationPrelude}
local function allBans()
  local found = {}
  for i, entry in ipairs(redis.call('HGETALL', bans)) do
    if i % 2 == 0 and entry ~= '' then found[#found + 1] = entry end
  end
  return found
end
-- Notes by what somebody is known who is shut out.
local function noteBan(ban)
  if ban.identity then redis.call('HSET', bans, 'identity:' .. ban.identity, '') end
  if ban.lobbyId then redis.call('HSET', bans, 'lobby:' .. ban.lobbyId, '') end
  if ban.address then redis.call('HSET', bans, 'address:' .. ban.address, '') end
end
-- Those who wait in the lobby and would not be let in do not wait any more. Answers with the lobby, if it changed, and their sockets.
local function clearLobbyOf(ban)
  local sockets = {}
  local all = redis.call('HGET', lobbyBook, 'uid') == uid and redis.call('HGETALL', lobby) or {}
  for i = 1, #all, 2 do
    local waiter = cjson.decode(all[i + 1])
    local known = waiter.identity and waiter.identity == ban.identity
    if known or (not waiter.identity and waiter.address and waiter.address == ban.address) then
      redis.call('HDEL', lobby, all[i])
      sockets[#sockets + 1] = string.match(waiter.connection, '^[^:]+:(.+)$')
    end
  end
  return #sockets > 0 and lobbyChanged(), sockets
end
`;

export const banScripts = {
  /**
   * Arguments: who asks, participant, id of the ban. Everybody in the room goes who has the identity of the participant. Also answers with the
   * lobby, if that changed, who is to be removed, and the sockets of them and of those who waited.
   */
  ban: `${banChanges}
    local why = refused()
    if why then return {why} end
    if redis.call('HGET', sentAway, ARGV[3]) == 'banned' then return {'ok', changes, {false, {ARGV[3]}, {}}} end
    local json = redis.call('HGET', people, ARGV[3])
    if not json then return {'not_found'} end
    local person = cjson.decode(json)
    local going = {}
    local all = redis.call('HGETALL', people)
    for i = 1, #all, 2 do
      local same = person.identity and cjson.decode(all[i + 1]).identity == person.identity
      if all[i] == ARGV[3] or same then going[#going + 1] = all[i] end
    end
    for _, id in ipairs(going) do
      if id == asks then return {'oneself'} end
      if isOwner(id) and not isOwner(asks) then return {'owner'} end
    end
    if #allBans() >= ${maxBans} then return {'full'} end
    local by = asks ~= '' and cjson.decode(redis.call('HGET', people, asks)) or nil
    local ban = {
      id = ARGV[4], displayName = person.displayName, identity = person.identity, at = now(),
      by = by and {id = by.id, displayName = by.displayName},
      lobbyId = person.lobbyId, address = person.address
    }
    redis.call('HSET', bans, 'ban:' .. ARGV[4], cjson.encode(ban))
    noteBan(ban)
    keep()
    local sockets = {}
    for _, id in ipairs(going) do
      local one = cjson.decode(redis.call('HGET', people, id))
      if one.identity then redis.call('HDEL', lobbyBook, 'identity:' .. one.identity) end
      if one.lobbyId then redis.call('HDEL', lobbyBook, 'lobby:' .. one.lobbyId) end
      local socket = sendAway(id, 'banned')
      if socket ~= '' then sockets[#sockets + 1] = socket end
    end
    local lobbyOfNow, waiting = clearLobbyOf(ban)
    for _, socket in ipairs(waiting) do sockets[#sockets + 1] = socket end
    return {'ok', changes, {lobbyOfNow, going, sockets}}`,

  /** Arguments: who asks, id of the ban. What others are known by stays, also where it is the same. */
  unban: `${banChanges}
    local why = refused()
    if why then return {why} end
    if redis.call('HDEL', bans, 'ban:' .. ARGV[3]) == 0 then return {'ok'} end
    local rest = allBans()
    redis.call('DEL', bans)
    for _, json in ipairs(rest) do
      local ban = cjson.decode(json)
      redis.call('HSET', bans, 'ban:' .. ban.id, json)
      noteBan(ban)
    end
    keep()
    return {'ok'}`,

  /** Arguments: who asks. Also answers with the JSON of each ban. */
  showBans: `${banChanges}
    local why = refused()
    if why then return {why} end
    return {'ok', changes, allBans()}`,
} as const;
