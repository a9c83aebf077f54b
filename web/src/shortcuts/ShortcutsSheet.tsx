import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import { shortcutIds } from './keys.ts';
import { setShortcutsOn, shortcutActions, shortcutsOn } from './shortcuts.ts';
import { shownKey } from './shownKey.ts';

/** All keys that do something now, and whether they should. */
export function ShortcutsSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('stage');
  const { t: common } = useTranslation('common');
  const on = useStore(shortcutsOn);
  const actions = useStore(shortcutActions);
  const there = shortcutIds.filter(id => actions.has(id));
  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="shortcuts-title">
      <DialogTitle id="shortcuts-title">{t('shortcuts')}</DialogTitle>
      <DialogContent>
        <FormControlLabel
          control={<Switch checked={on} onChange={(_, checked) => setShortcutsOn(checked)} />}
          label={t('useShortcuts')}
        />
        <Box
          component="dl"
          sx={{
            display: 'grid',
            gridTemplateColumns: '1fr auto',
            rowGap: 1,
            columnGap: 2,
            alignItems: 'center',
            mb: 0,
            fontSize: 15,
            color: on ? 'text.primary' : 'text.disabled',
          }}
        >
          {there.map(id => (
            <Box key={id} sx={{ display: 'contents' }}>
              <Box component="dt">{t(`does.${id}`)}</Box>
              <Box component="dd" sx={{ m: 0, textAlign: 'end' }}>
                <Box
                  component="kbd"
                  sx={{
                    display: 'inline-block',
                    minWidth: 30,
                    px: 1,
                    py: 0.25,
                    textAlign: 'center',
                    fontFamily: 'inherit',
                    fontSize: 13,
                    borderRadius: 1,
                    border: 1,
                    borderColor: 'divider',
                    bgcolor: 'background.default',
                  }}
                >
                  {shownKey(id, t)}
                </Box>
              </Box>
            </Box>
          ))}
        </Box>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{common('close')}</Button>
      </DialogActions>
    </Dialog>
  );
}
