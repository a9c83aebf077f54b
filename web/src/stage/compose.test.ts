import { describe, expect, it } from 'vitest';
import { type Cast, compose, type ItemId, layoutOf, layoutsFor } from './compose.ts';

const item = (name: string) => name as ItemId;
const [me, ann, ben] = [item('person/me'), item('person/ann'), item('person/ben')];
const [annScreen, benScreen, myScreen] = [item('screen/ann'), item('screen/ben'), item('screen/me')];
const three: Cast = {
  others: [ann, ben],
  self: me,
  screens: [],
  ownScreen: undefined,
  layout: 'gallery',
  selfView: 'corner',
  pinned: undefined,
  speaker: ann,
};
const seen = (change: Partial<Cast>) => compose({ ...three, ...change });

describe('compose', () => {
  it('shows all alike in a gallery', () => {
    expect(seen({})).toMatchObject({ large: { items: [] }, tiles: [me, ann, ben], corner: undefined });
    expect(seen({ screens: [annScreen] }).tiles).toEqual([annScreen, me, ann, ben]);
  });

  it('shows who speaks large', () => {
    expect(seen({ layout: 'speaker' })).toMatchObject({
      large: { items: [ann], kind: 'people' },
      tiles: [me, ben],
    });
  });

  it('shows all screens large, and one that is pinned alone', () => {
    const shared: Partial<Cast> = { layout: 'screen', screens: [annScreen, benScreen] };
    expect(seen(shared)).toMatchObject({
      large: { items: [annScreen, benScreen], kind: 'screens' },
      tiles: [me, ann, ben],
    });
    expect(seen({ ...shared, pinned: benScreen })).toMatchObject({
      large: { items: [benScreen], kind: 'screens' },
      tiles: [annScreen, me, ann, ben],
    });
  });

  it('shows who is pinned large in every layout, for as long as they are here', () => {
    for (const layout of ['gallery', 'speaker'] as const) {
      expect(seen({ layout, pinned: ben }).large.items).toEqual([ben]);
    }
    expect(seen({ pinned: item('person/gone') }).large.items).toEqual([]);
  });

  it("keeps one's own screen small", () => {
    expect(seen({ ownScreen: myScreen }).tiles).toEqual([myScreen, me, ann, ben]);
  });

  it('puts oneself into a corner when two are here', () => {
    expect(seen({ others: [ann] })).toMatchObject({ tiles: [ann], corner: me });
    expect(seen({ others: [ann], layout: 'speaker' })).toMatchObject({ tiles: [], corner: me });
    expect(seen({ others: [ann], selfView: 'tile' })).toMatchObject({ tiles: [me, ann], corner: undefined });
    expect(seen({ others: [ann], pinned: me })).toMatchObject({ tiles: [ann], corner: undefined });
    expect(seen({ others: [ann], screens: [annScreen], layout: 'screen' }).corner).toBeUndefined();
  });

  it('hides oneself on demand, but not from oneself alone', () => {
    expect(seen({ selfView: 'hidden' }).tiles).toEqual([ann, ben]);
    expect(seen({ selfView: 'hidden', others: [] }).tiles).toEqual([me]);
  });
});

describe('the layout', () => {
  it('is that of screens while there are any, unless that is not wanted', () => {
    expect(layoutOf({ people: 'speaker', screensLarge: true }, 1)).toBe('screen');
    expect(layoutOf({ people: 'speaker', screensLarge: false }, 1)).toBe('speaker');
    expect(layoutOf({ people: 'gallery', screensLarge: true }, 0)).toBe('gallery');
    expect(layoutsFor(0)).not.toContain('screen');
  });
});
