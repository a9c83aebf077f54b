import { randomInt } from 'node:crypto';

const adjectives =
  'amber autumn blue bold brave bright brisk calm candid clear clever cosy crisp curious daring dawn deep eager early easy even fair famous fine fleet fond fresh gentle giant glad golden good grand green happy hearty honest humble jolly keen kind late light lively loyal lucky lunar mellow merry mild misty modest neat new nimble noble northern open patient plain polite proud quick quiet rapid ready red round royal rustic silent silver simple smooth snowy soft solar southern spring steady still sunny sure swift tender tidy tiny true vivid warm western wide wild winter wise witty young'.split(
    ' ',
  );
const nouns =
  'acorn apple arch aspen badger bay beacon beech birch bird bridge brook canyon castle cedar cliff cloud clover comet coral creek crane dale delta dolphin dune eagle echo elm ember falcon fern field finch fjord flame forest fountain fox garden geyser glade glen grove harbour hare hawk hazel heath heron hill island ivy jasmine juniper lagoon lake lantern lark laurel linden lotus maple marsh meadow mill moon moor moss mountain oak ocean olive orchard otter owl palm pebble pine planet plum pond poppy prairie quarry raven reef ridge river robin rose sage shore sparrow spruce star stone stream summit swan thistle tide tower tulip valley village walnut wave willow wind wood wren'.split(
    ' ',
  );

const pick = (words: readonly string[]) => words[randomInt(words.length)];

/** A name that people can read to each other, such as `quiet-river-47203`: one of about 10⁹, so that guessing finds nobody. */
export function createMeetingName(): string {
  return `${pick(adjectives)}-${pick(nouns)}-${randomInt(10_000, 100_000)}`;
}
