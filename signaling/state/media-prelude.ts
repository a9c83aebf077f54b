/** What the scripts of a room share of its media: Lua functions about who has which, and what they send. They need `prelude`. */
export const mediaPrelude = `
-- The generations of what further SFUs carry.
local function branches()
  local json = redis.call('HGET', room, 'branches')
  local found = {}
  for i, branch in ipairs(json and cjson.decode(json) or {}) do found[i] = branch.generation end
  return found
end
-- Whether the room has this media, on whichever SFU.
local function lives(wanted)
  if generation() == wanted then return true end
  for _, branch in ipairs(branches()) do
    if branch == wanted then return true end
  end
  return false
end
-- Notes which media somebody is given. For who stands nowhere it is that of the main SFU.
local function link(id, to)
  if to == generation() then redis.call('HDEL', links, id) else redis.call('HSET', links, id, to) end
end
local allSources = {'microphone', 'camera', 'screen', 'screen-audio'}
-- Who came before there were rights may publish everything.
local function mayPublish(person, source)
  if not person.rights then return true end
  for _, one in ipairs(person.rights.publish) do
    if one == source then return true end
  end
  return false
end
-- Where the producers of a participant's source stand: of the room's media, and of that which it moves from.
local function fieldsOf(id, source) return {id .. ':' .. source, id .. ':' .. source .. ':former'} end
local function drop(id, producer)
  redis.call('HDEL', producers, id)
  for _, field in ipairs(fieldsOf(producer.participantId, producer.source)) do
    if redis.call('HGET', sources, field) == id then redis.call('HDEL', sources, field) end
  end
end
-- Forgets what a participant publishes; where former media is spared, that alone which does not belong to it.
local function clear(id, spareFormer)
  local cleared = {}
  for _, source in ipairs(allSources) do
    for i, field in ipairs(fieldsOf(id, source)) do
      local producer = (i == 1 or not spareFormer) and redis.call('HGET', sources, field)
      if producer then
        redis.call('HDEL', sources, field)
        redis.call('HDEL', producers, producer)
        cleared[#cleared + 1] = producer
      end
    end
  end
  return cleared
end
-- Forgets what a participant publishes by media of one generation.
local function clearMedia(id, lost)
  for _, source in ipairs(allSources) do
    local field = id .. ':' .. source
    local producer = redis.call('HGET', sources, field)
    local json = producer and redis.call('HGET', producers, producer)
    if json and (cjson.decode(json).generation or generation()) == lost then
      redis.call('HDEL', sources, field)
      redis.call('HDEL', producers, producer)
    end
  end
end
-- Somebody lost what they had of this generation. A loss that is known already is passed over.
local function lose(id, lost, loss, several)
  local json = redis.call('HGET', people, id)
  if not json or cjson.decode(json).loss == loss then return end
  -- An earlier one stands first or, where the JSON was written anew since, anywhere.
  local plain = string.gsub(string.gsub(json, '"loss":"[^"]*",', ''), ',"loss":"[^"]*"', '')
  redis.call('HSET', people, id, with('"loss":"' .. loss .. '"', plain))
  clearMedia(id, lost)
  change(event.lost(id, lost, loss, several))
end
local function formerMedia()
  local json = redis.call('HGET', room, 'former')
  return json and cjson.decode(json)
end
-- JSON of the media that the room moves from, if all have finished or the time is over; else ''.
local function moveDue()
  local former = formerMedia()
  if not former then return '' end
  if redis.call('SCARD', moving) > 0 and now() < former['until'] then return '' end
  return redis.call('HGET', room, 'former')
end
`;
