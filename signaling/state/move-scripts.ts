/** The changes of a room's media and its moves from one SFU to another; see `scripts.ts` for what all scripts have in common. */

export const movePrelude = `
-- All the media that the room has but what it moves from, the main one first.
local function seenMedia() return table.concat({generation(), unpack(branches())}, ',') end
-- From now on the room moves from this media, which all these people still need.
local function setFormer(from, sfu, ms, all)
  local at = now()
  local fields = '"generation":"' .. from .. '","since":' .. text(at) .. ',"until":' .. text(at + ms)
  redis.call('HSET', room, 'former', '{' .. fields .. ',"sfu":' .. sfu .. '}')
  for _, id in ipairs(all) do redis.call('SADD', moving, id) end
end
-- Forgets all producers but those of one generation, which from now on are former ones.
local function keepOnly(kept, seen)
  local all = redis.call('HGETALL', producers)
  redis.call('DEL', sources)
  for i = 1, #all, 2 do
    local producer = cjson.decode(all[i + 1])
    if (producer.generation or seen) == kept then
      producer.generation = kept
      redis.call('HSET', producers, all[i], cjson.encode(producer))
      redis.call('HSET', sources, producer.participantId .. ':' .. producer.source .. ':former', all[i])
    else
      redis.call('HDEL', producers, all[i])
    end
  end
end
`;

export const moveScripts = {
  /**
   * Makes the media of one SFU all that the room has. Arguments: what its caller saw before it asked the SFU (see `seen`, '' for none), the
   * new generation, JSON of its carrier or ''; then, for a move, the generation that still flows, JSON of its SFU, and how long the move
   * may take in ms, else '' three times. Also answers with `moved` if that is what it came to.
   */
  setGeneration: `${movePrelude}
    if not placedOn(ARGV[4]) then return {'not_placed'} end
    if not known() then
      if ARGV[2] ~= '' then return {'stale'} end
      forget()
      local at = text(now())
      redis.call('HSET', room, 'uid', uid, 'seq', 0, 'at', at, 'generation', ARGV[3], 'carrier', ARGV[4])
      -- The log also knows the state before the first change.
      append('0-' .. at, '')
      keep()
      tellCount()
      return {'ok', changes}
    end
    local seen, from = generation(), ARGV[5]
    if seenMedia() ~= ARGV[2] then return {'stale'} end
    local former = formerMedia()
    if from ~= '' and from ~= seen and not (former and former.generation == from) then return {'stale'} end
    local several = redis.call('HDEL', room, 'branches') == 1
    redis.call('DEL', links)
    redis.call('HSET', room, 'generation', ARGV[3], 'carrier', ARGV[4])
    redis.call('DEL', moving)
    local all = redis.call('HKEYS', people)
    if from == '' or #all == 0 then
      redis.call('DEL', producers, sources)
      redis.call('HDEL', room, 'former')
      change(event.reset(ARGV[3]))
      return {'ok', changes}
    end
    keepOnly(from, seen)
    setFormer(from, ARGV[6], ARGV[7], all)
    change(event.moved(ARGV[3], from, several and ARGV[3] or nil))
    return {'ok', changes, 'moved'}`,

  /** Arguments: the generation, JSON of its carrier. For media that was opened on an SFU before the placement named that instance of it. */
  setCarrier: `
    if not known() or not placedOn(ARGV[3]) then return {'ok', changes} end
    if generation() == ARGV[2] then redis.call('HSET', room, 'carrier', ARGV[3]) end
    local json = redis.call('HGET', room, 'branches')
    local all = json and cjson.decode(json) or {}
    for i, branch in ipairs(all) do
      if branch.generation == ARGV[2] then
        all[i] = cjson.decode(ARGV[3])
        redis.call('HSET', room, 'branches', cjson.encode(all))
      end
    end
    return {'ok', changes}`,

  /**
   * Arguments: participant, the generation that they have everything of. Also answers with the JSON of what the room moves from if all
   * have finished, which is its caller's to end then.
   */
  finishMove: `
    if not known() or redis.call('HEXISTS', people, ARGV[2]) == 0 then return {'lost'} end
    if not lives(ARGV[3]) then return {'stale'} end
    redis.call('SREM', moving, ARGV[2])
    return {'ok', changes, moveDue()}`,

  /**
   * Arguments: the former generation, and `due` if it is to end only if its time has come. Also answers with how long the move took in
   * ms, and how many had not finished.
   */
  endMove: `
    local former = known() and formerMedia()
    if not former or former.generation ~= ARGV[2] then return {'ok'} end
    if ARGV[3] == 'due' and moveDue() == '' then return {'ok'} end
    local late = redis.call('SCARD', moving)
    local all = redis.call('HGETALL', producers)
    for i = 1, #all, 2 do
      local producer = cjson.decode(all[i + 1])
      if producer.generation == former.generation then drop(all[i], producer) end
    end
    redis.call('HDEL', room, 'former')
    redis.call('DEL', moving)
    change(event.moveFinished(generation()))
    return {'ok', changes, now() - former.since, late}`,
} as const;
