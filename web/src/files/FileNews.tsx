import FileIcon from '@mui/icons-material/AttachFileOutlined';
import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Snackbar from '@mui/material/Snackbar';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { panel } from '../call/panel.ts';
import { isolated } from '../stage/isolated.ts';
import { useStore } from '../state/useStore.ts';
import { saved } from './saved.ts';
import { offersAmong, useFiles, useGuard } from './useFiles.ts';

/** That somebody offers a file, while the files are closed; and that the page asks before files are lost with it. */
export function FileNews() {
  const { t } = useTranslation('files');
  const { transfers } = useFiles();
  const open = useStore(panel) === 'files';
  useGuard(transfers, useStore(saved));
  const [dismissed, setDismissed] = useState<string>();
  const offer = offersAmong(transfers).at(-1);
  const close = () => setDismissed(offer?.id);
  return (
    <Snackbar
      open={!open && offer !== undefined && offer.id !== dismissed}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'center' }}
      sx={{ bottom: { xs: 84, sm: 92 } }}
    >
      <Alert
        role="status"
        severity="info"
        icon={<FileIcon fontSize="inherit" />}
        onClose={close}
        action={
          <>
            <Button color="inherit" size="small" onClick={() => panel.set('files')}>
              {t('show')}
            </Button>
            <Button color="inherit" size="small" onClick={close}>
              {t('later')}
            </Button>
          </>
        }
        sx={{ overflowWrap: 'anywhere' }}
      >
        {offer && t('offersFile', { name: isolated(offer.with.displayName), file: isolated(offer.name) })}
      </Alert>
    </Snackbar>
  );
}
