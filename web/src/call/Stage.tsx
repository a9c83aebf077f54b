import Box from '@mui/material/Box';
import { useRef } from 'react';
import { useStore } from '../state/useStore.ts';
import { Gallery } from './Gallery.tsx';
import { stageLayout, tileGap } from './layout.ts';
import { sharedScreen } from './people.ts';
import { ScreenStage } from './ScreenStage.tsx';
import { useCall, useSession } from './sessionContext.ts';
import { useSize } from './useSize.ts';

/** All that is to be seen: the people, and a screen that somebody shares. */
export function Stage() {
  const space = useRef<HTMLDivElement>(null);
  const size = useSize(space);
  const call = useCall();
  const own = useStore(useSession().screen);
  const screen = sharedScreen(call, own.status === 'on' ? own.video : undefined);
  const { direction, stage, gallery } = stageLayout(size);
  return (
    <Box sx={{ flex: 1, minWidth: 0, minHeight: 0, px: { xs: 1, sm: 1.5 } }}>
      <Box
        ref={space}
        sx={{ width: '100%', height: '100%', display: 'flex', flexDirection: direction, gap: `${tileGap}px` }}
      >
        {screen && <ScreenStage screen={screen} size={stage} />}
        <Gallery size={screen ? gallery : size} />
      </Box>
    </Box>
  );
}
