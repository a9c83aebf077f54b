/** Who waits in a room's lobby, each change one atomic step in Redis; see `scripts.ts` for what all scripts have in common. */
import { maxLobby } from '@parley/protocol';

/** Of so many at most it is remembered that they were let in or turned away; then that begins anew. */
const maxDecisions = 5000;
/** So many of those who wait without an identity may come from one address: nobody is to take all places. */
const maxOfAddress = maxLobby / 2;
/** For so long after the lobby was last used, which is longer than a meeting. */
const lobbySeconds = 12 * 3600;

/**
 * A lobby may be there before the room's state is, and belongs to the Room whose uid stands in its book. There stands, by who they
 * are: `in:<hash of their ticket>`, or `out:<when they may ask again, in ms>`.
 */
export const lobbyPrelude = `
local function keepLobby()
  redis.call('EXPIRE', lobby, ${lobbySeconds})
  redis.call('EXPIRE', lobbyBook, ${lobbySeconds})
end
-- Whoever else had a lobby here is gone.
local function beginLobby()
  if redis.call('HGET', lobbyBook, 'uid') == uid then return end
  redis.call('DEL', lobby, lobbyBook)
  redis.call('HSET', lobbyBook, 'uid', uid)
  redis.call('EXPIRE', lobbyBook, ${lobbySeconds})
end
-- Sockets of those who are connected and may let people in.
local function hosts()
  local found = {}
  if not known() then return found end
  local all = redis.call('HGETALL', people)
  for i = 1, #all, 2 do
    -- Quotation marks in what people say of themselves are escaped, so nobody can feign this.
    if string.find(all[i + 1], '"moderate":true', 1, true) then
      local connection = redis.call('HGET', connections, all[i]) or ''
      found[#found + 1] = string.match(connection, '^up:[^:]+:(.+)$')
    end
  end
  return found
end
-- What those hear, and the number of the last change.
local function lobbyNow()
  local waiting = redis.call('HGET', lobbyBook, 'uid') == uid and redis.call('HVALS', lobby) or {}
  return {redis.call('HGET', lobbyBook, 'seq') or '0', waiting, hosts()}
end
-- By the clock, so that the numbers grow also where Redis lost some.
local function lobbyChanged()
  local last = tonumber(redis.call('HGET', lobbyBook, 'seq') or '0')
  redis.call('HSET', lobbyBook, 'seq', text(math.max(last + 1, now())))
  keepLobby()
  return lobbyNow()
end
local function emptyLobby()
  return redis.call('DEL', lobby) == 1 and lobbyChanged()
end
local function remember(who, decision)
  if redis.call('HLEN', lobbyBook) >= ${maxDecisions} then
    local seq = redis.call('HGET', lobbyBook, 'seq') or '0'
    redis.call('DEL', lobbyBook)
    redis.call('HSET', lobbyBook, 'uid', uid, 'seq', seq)
  end
  redis.call('HSET', lobbyBook, who, decision)
end
local function personOf(waiter)
  return waiter.identity and 'identity:' .. waiter.identity or 'lobby:' .. waiter.id
end
`;

export const lobbyScripts = {
  /**
   * Arguments: limit of participants, lobby id and hash of the ticket that is shown ('' twice for none), JSON of who waits if need
   * be. Answers that they may enter, and 1 if their ticket says so, or how they wait: with their lobby id, and whether somebody is there who can let them in.
   */
  enterLobby: `${lobbyPrelude}
    if not placed() then return {'not_placed'} end
    beginLobby()
    local id, hash, waiter = ARGV[3], ARGV[4], cjson.decode(ARGV[5])
    local function decided(who) return redis.call('HGET', lobbyBook, who) or '' end
    local byTicket = decided('lobby:' .. id)
    local byIdentity = waiter.identity and decided('identity:' .. waiter.identity) or ''
    local json = id ~= '' and redis.call('HGET', lobby, id)
    local place = json and cjson.decode(json)
    if place and place.ticketHash ~= hash then place = nil end
    local why = shutOut(waiter.identity, id, waiter.address)
    if why then return {why} end
    local shown = id ~= '' and byTicket == 'in:' .. hash
    if shown or string.sub(byIdentity, 1, 3) == 'in:' then
      if place then redis.call('HDEL', lobby, id) end
      return {'admitted', changes, place and lobbyChanged() or false, shown and 1 or 0}
    end
    if place then
      if place.connection ~= waiter.connection then
        place.connection = waiter.connection
        redis.call('HSET', lobby, id, cjson.encode(place))
      end
      return {'waiting', changes, false, id, #hosts()}
    end
    local function out(decision)
      local ends = tonumber(string.match(decision, '^out:(%d+)$'))
      return ends and ends > now()
    end
    if out(byTicket) or out(byIdentity) then return {'turned_away'} end
    local address = not waiter.identity and waiter.address
    if address and out(decided('address:' .. address)) then return {'address_turned_away'} end
    if known() and isLocked() then return {'locked'} end
    if known() and redis.call('HLEN', people) >= tonumber(ARGV[2]) then return {'full'} end
    local waiting = redis.call('HLEN', lobby)
    if waiting >= ${maxLobby} then return {'lobby_full'} end
    if address and waiting >= ${maxOfAddress} then
      local neighbours = 0
      for _, other in ipairs(redis.call('HVALS', lobby)) do
        if cjson.decode(other).address == address then neighbours = neighbours + 1 end
      end
      if neighbours >= ${maxOfAddress} then return {'lobby_full'} end
    end
    waiter.since = now()
    redis.call('HSET', lobby, waiter.id, cjson.encode(waiter))
    local lobbyOfNow = lobbyChanged()
    return {'waiting', changes, lobbyOfNow, waiter.id, #lobbyOfNow[3]}`,

  /** Arguments: lobby id, and the connection that they have. */
  leaveLobby: `${lobbyPrelude}
    local json = redis.call('HGET', lobbyBook, 'uid') == uid and redis.call('HGET', lobby, ARGV[2])
    if not json or cjson.decode(json).connection ~= ARGV[3] then return {'ok', changes, false} end
    redis.call('HDEL', lobby, ARGV[2])
    return {'ok', changes, lobbyChanged()}`,

  /** Arguments: pairs of lobby ids and who they are. Answers with the connection of each, or what was decided, or ''; and how many hosts there are. */
  compareLobby: `${lobbyPrelude}
    if redis.call('HGET', lobbyBook, 'uid') ~= uid then return {'lost'} end
    local found = {}
    for i = 2, #ARGV, 2 do
      local json = redis.call('HGET', lobby, ARGV[i])
      found[#found + 1] = json and cjson.decode(json).connection or redis.call('HGET', lobbyBook, ARGV[i + 1]) or ''
    end
    keepLobby()
    return {'ok', changes, found, #hosts()}`,

  /**
   * Arguments: '' for the uid, the replicas that are dead, whose people go. Also answers with the uid, the lobby, the replicas of those
   * who wait, and how many there are.
   */
  sweepLobby: `${lobbyPrelude}
    uid = redis.call('HGET', lobbyBook, 'uid')
    if not uid then return {'ok', changes, false, false, {}, 0} end
    local dead, replicas, seen, gone = {}, {}, {}, 0
    for i = 2, #ARGV do dead[ARGV[i]] = true end
    local all = redis.call('HGETALL', lobby)
    for i = 1, #all, 2 do
      local replica = string.match(cjson.decode(all[i + 1]).connection, '^[^:]+')
      if dead[replica] then
        redis.call('HDEL', lobby, all[i])
        gone = gone + 1
      elseif not seen[replica] then
        seen[replica] = true
        replicas[#replicas + 1] = replica
      end
    end
    return {'ok', changes, uid, gone > 0 and lobbyChanged(), replicas, #all / 2 - gone}`,
} as const;
