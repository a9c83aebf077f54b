import Box from '@mui/material/Box';
import { visuallyHidden } from '@mui/utils';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useDevices } from '../devices/devicesContext.ts';
import { useDirection } from '../i18n/useDirection.ts';
import { Reactions } from '../reactions/Reactions.tsx';
import { useShortcut } from '../shortcuts/useShortcut.ts';
import { chooseLayout, forgetMeeting, page, screensLarge } from '../stage/choices.ts';
import { layoutsFor, personItem, screenItem } from '../stage/compose.ts';
import { mirrored, tileGap } from '../stage/geometry.ts';
import { Pager } from '../stage/Pager.tsx';
import { PictureInPictureView } from '../stage/PictureInPictureView.tsx';
import { ScreenTile } from '../stage/ScreenTile.tsx';
import { StageNotices } from '../stage/StageNotices.tsx';
import { useAudioOnly } from '../stage/useAudioOnly.ts';
import { usePictureLimit } from '../stage/usePictureLimit.ts';
import { useScene } from '../stage/useScene.ts';
import { useSize } from '../stage/useSize.ts';
import { useSwipe } from '../stage/useSwipe.ts';
import { useWakeLock } from '../stage/useWakeLock.ts';
import { useStore } from '../state/useStore.ts';
import { peopleOf, sharedScreens } from './people.ts';
import { useCall, useSession, useSpeakers } from './sessionContext.ts';
import { Tile } from './Tile.tsx';

/** No more tiles than these are kept while they are out of sight, so that they are there at once. */
const keptTiles = 49;

interface Props {
  /** What is said, in words: it gets a row of its own below the pictures. */
  captions?: ReactNode;
}

/** All that is to be seen: the people, and the screens that they share. */
export function Stage({ captions }: Props) {
  const { t } = useTranslation('stage');
  const space = useRef<HTMLDivElement>(null);
  const size = useSize(space);
  const call = useCall();
  const ownMedia = useStore(useDevices().media);
  const ownScreen = useStore(useSession().screen);
  const levels = new Map(useSpeakers().speakers.map(({ participantId, level }) => [participantId, level]));
  const direction = useDirection();
  const pictures = !useAudioOnly();
  const limited = usePictureLimit(pictures);
  useWakeLock();
  useEffect(() => forgetMeeting, []);

  const people = peopleOf(call, ownMedia);
  const screens = sharedScreens(call, ownScreen.status === 'on' ? ownScreen.video : undefined);
  const { layout, lookedAt, placed, places } = useScene(size);
  const shared = screens.filter(({ mine }) => !mine).length;
  useNewScreens(shared);
  const layouts = layoutsFor(shared);
  useShortcut('layout', () =>
    chooseLayout(layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? 'gallery'),
  );
  const turn = (to: number) => page.set(Math.max(0, Math.min(places.pages - 1, to)));
  const swipe = useSwipe(direction, by => turn(places.page + by));
  const at = <P extends Parameters<typeof mirrored>[0]>(rect: P | undefined): P | undefined =>
    rect && direction === 'rtl' ? mirrored(rect, size.width) : rect;

  return (
    <Box
      data-stage
      sx={{
        flex: 1,
        minWidth: 0,
        minHeight: 0,
        px: { xs: 1, sm: 1.5 },
        display: 'grid',
        grid: '"notices" auto "tiles" minmax(0, 1fr) "captions" auto / minmax(0, 1fr)',
      }}
    >
      <StageNotices spared={limited && people.some(({ leftOut }) => leftOut)} />
      <Box
        ref={space}
        {...swipe}
        sx={{ gridArea: 'tiles', position: 'relative', overflow: 'hidden', touchAction: 'pan-y pinch-zoom' }}
      >
        {screens.map(screen => (
          <ScreenTile
            key={screen.participantId}
            screen={screen}
            placed={at(placed.get(screenItem(screen.participantId)))}
            pictures={pictures}
          />
        ))}
        <Box component="ul" aria-label={t('participants')} sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {people
            .filter(({ id }) => people.length <= keptTiles || placed.has(personItem(id)))
            .map(person => (
              <Tile
                key={person.id}
                person={person}
                level={levels.get(person.id)}
                placed={at(placed.get(personItem(person.id)))}
                pictures={pictures}
                lookedAt={person.id === lookedAt}
              />
            ))}
        </Box>
        <Reactions />
        {places.pager && (
          <Pager
            rect={at(places.pager) ?? places.pager}
            page={places.page}
            pages={places.pages}
            onPage={turn}
          />
        )}
      </Box>
      {captions && <Box sx={{ gridArea: 'captions', mt: `${tileGap}px` }}>{captions}</Box>}
      <Box aria-live="polite" style={visuallyHidden}>
        {t('layoutIs', { layout: t(layout) })}
      </Box>
      <PictureInPictureView
        person={people.find(({ id }) => id === lookedAt)}
        pictures={pictures}
        onStage={lookedAt !== undefined && placed.has(personItem(lookedAt))}
      />
    </Box>
  );
}

/** A screen that begins is made large, whatever was chosen before. */
function useNewScreens(count: number): void {
  const before = useRef(count);
  useEffect(() => {
    if (count > before.current) screensLarge.set(true);
    before.current = count;
  }, [count]);
}
