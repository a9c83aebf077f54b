/** The changes of media that several SFUs carry; see `scripts.ts` for what all scripts have in common. */
import { movePrelude } from './move-scripts.ts';

export const branchScripts = {
  /**
   * Makes other media those of the room: some SFU began to carry it, was lost, or is left by a move. Arguments: what its caller saw (see
   * `seenMedia`), the media that the room moves from or '', and where it is placed, as instances; then JSON of the main carrier and of those
   * of further SFUs ('' for none), and the name of the loss of those whose media is not among these. For a move besides the generation
   * that is left, JSON of its SFU, how long that may take in ms, and the generation where its people go, else '' four times. Also answers
   * with `moved` if that is what it came to.
   */
  changeMedia: `${movePrelude}
    if not known() then return {'stale'} end
    local places = placed()
    if not places or table.concat(places, ',') ~= ARGV[4] then return {'not_placed'} end
    local former = formerMedia()
    if seenMedia() ~= ARGV[2] or (former and former.generation or '') ~= ARGV[3] then return {'stale'} end

    local before = generation()
    local main, from = cjson.decode(ARGV[5]).generation, ARGV[8]
    local all = redis.call('HKEYS', people)
    local linked = {}
    for _, id in ipairs(all) do
      linked[id] = redis.call('HGET', links, id) or before
      if linked[id] == main then redis.call('HDEL', links, id) else redis.call('HSET', links, id, linked[id]) end
    end
    local gone = {[before] = true}
    for _, branch in ipairs(branches()) do gone[branch] = true end
    redis.call('HSET', room, 'generation', main, 'carrier', ARGV[5])
    if ARGV[6] == '' then redis.call('HDEL', room, 'branches') else redis.call('HSET', room, 'branches', ARGV[6]) end
    gone[main] = nil
    for _, branch in ipairs(branches()) do gone[branch] = nil end
    local moves = from ~= '' and #all > 0
    if moves then gone[from] = nil end

    for _, id in ipairs(all) do
      if gone[linked[id]] then lose(id, linked[id], ARGV[7], true) end
    end
    local everything = redis.call('HGETALL', producers)
    for i = 1, #everything, 2 do
      local producer = cjson.decode(everything[i + 1])
      producer.generation = producer.generation or before
      if gone[producer.generation] then
        drop(everything[i], producer)
      elseif moves and producer.generation == from then
        drop(everything[i], producer)
        redis.call('HSET', producers, everything[i], cjson.encode(producer))
        redis.call('HSET', sources, fieldsOf(producer.participantId, producer.source)[2], everything[i])
      end
    end
    if not moves then
      change(event.branches(branches(), main ~= before and main or nil))
      return {'ok', changes}
    end
    setFormer(from, ARGV[9], ARGV[10], all)
    change(event.moved(ARGV[11], from, main, branches()))
    return {'ok', changes, 'moved'}`,

  /** Answers with how many people were given which media last: generations and numbers in turn. */
  countLinks: `
    if not known() then return {'lost'} end
    local counts = {}
    local others = redis.call('HVALS', links)
    for _, linked in ipairs(others) do counts[linked] = (counts[linked] or 0) + 1 end
    local main = generation()
    counts[main] = (counts[main] or 0) + redis.call('HLEN', people) - #others
    local flat = {}
    for linked, count in pairs(counts) do
      flat[#flat + 1] = linked
      flat[#flat + 1] = count
    end
    return {'ok', changes, flat}`,
} as const;
