import KeyboardIcon from '@mui/icons-material/KeyboardOutlined';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../theme/RoundButton.tsx';
import { ShortcutsSheet } from './ShortcutsSheet.tsx';

/** Opens the list of keys. */
export function ShortcutsButton() {
  const { t } = useTranslation('stage');
  const [open, setOpen] = useState(false);
  return (
    <>
      <RoundButton label={t('shortcuts')} shortcut="sheet" onClick={() => setOpen(true)}>
        <KeyboardIcon />
      </RoundButton>
      <ShortcutsSheet open={open} onClose={() => setOpen(false)} />
    </>
  );
}
