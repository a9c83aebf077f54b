import MoreVertIcon from '@mui/icons-material/MoreVert';
import Box from '@mui/material/Box';
import Popover from '@mui/material/Popover';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ControlForm, ControlFormContext } from '../theme/controlForm.ts';
import { RoundButton } from '../theme/RoundButton.tsx';

/**
 * The menu "More": controls without room in the bar, then what is needed seldom. Every `RoundButton` in it is drawn as a line. It is there before
 * it is opened, so that the keys of its controls work and what they open outlasts it.
 */
export function MoreMenu({ children }: { children: ReactNode }) {
  const { t } = useTranslation('stage');
  const [anchor, setAnchor] = useState<HTMLElement>();
  const button = useRef<HTMLDivElement>(null);
  const close = () => setAnchor(undefined);
  const form: ControlForm = { kind: 'item', anchor: () => button.current, close };
  return (
    <>
      <div ref={button}>
        <RoundButton label={t('more')} expanded={anchor !== undefined} onClick={setAnchor}>
          <MoreVertIcon />
        </RoundButton>
      </div>
      <ControlFormContext value={form}>
        <Popover
          keepMounted
          open={anchor !== undefined}
          anchorEl={anchor ?? null}
          onClose={close}
          anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
          transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
          slotProps={{
            paper: {
              role: 'dialog',
              'aria-label': t('more'),
              sx: { p: 0.75, width: 290, maxWidth: 'calc(100vw - 32px)', mt: -1.5, borderRadius: 2 },
            },
          }}
        >
          <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
            {children}
          </Box>
        </Popover>
      </ControlFormContext>
    </>
  );
}
