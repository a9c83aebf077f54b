/** What a room loses of its media while the rest lives on; see `scripts.ts` for what all scripts have in common. */
export const lossScripts = {
  /**
   * Arguments: the generation that lost something; then of each who lost what they had the participant and the name of the loss. One
   * whose loss is known already is passed over, so that it may be said by every replica that hears of it.
   */
  loseMedia: `
    if not known() or not lives(ARGV[2]) then return {'ok', changes} end
    local several = #branches() > 0
    for i = 3, #ARGV, 2 do lose(ARGV[i], ARGV[2], ARGV[i + 1], several) end
    return {'ok', changes}`,
} as const;
