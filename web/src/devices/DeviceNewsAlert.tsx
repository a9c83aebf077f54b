import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/useStore.ts';
import type { DeviceKind, DeviceNews } from './deviceNews.ts';
import { useDevices } from './devicesContext.ts';
import { useChoose } from './useChoose.ts';

/** Says what was unplugged and what plays or records instead, and offers what was plugged in. */
export function DeviceNewsAlert() {
  const { media } = useDevices();
  const { news } = useStore(media);
  const dismiss = () => media.dismissNews();
  return (
    <>
      {news?.what === 'replaced' && <Replaced {...news} onClose={dismiss} />}
      {news?.what === 'found' && <Found {...news} onClose={dismiss} />}
      <SpeakerReplaced />
    </>
  );
}

type Of<W extends DeviceNews['what']> = Extract<DeviceNews, { what: W }> & { onClose: () => void };

function Replaced({ kind, by, onClose }: Of<'replaced'>) {
  const { t } = useTranslation('devices');
  return (
    <Alert role="status" severity="info" onClose={onClose}>
      {t(`news.gone.${kind}`)} {by !== '' && t('news.instead', { label: by })}
    </Alert>
  );
}

function Found({ label, devices, onClose }: Of<'found'>) {
  const { t } = useTranslation('devices');
  const choose = useChoose();
  const use = () => {
    for (const kind of ['microphone', 'camera', 'speaker'] satisfies DeviceKind[]) {
      const id = devices[kind];
      if (id !== undefined) choose(kind, id);
    }
    onClose();
  };
  return (
    <Alert role="status" severity="info" onClose={onClose}>
      {label === '' ? t('news.foundNameless') : t('news.found', { label })}{' '}
      <Button size="small" color="inherit" variant="outlined" sx={{ marginInlineStart: 1 }} onClick={use}>
        {t('news.use')}
      </Button>
    </Alert>
  );
}

function SpeakerReplaced() {
  const { t } = useTranslation('devices');
  const { output } = useDevices();
  const replaced = useStore(output.replaced);
  const [heard, setHeard] = useState(false);
  if (!replaced && heard) setHeard(false);
  if (!replaced || heard) return null;
  return (
    <Alert role="status" severity="info" onClose={() => setHeard(true)}>
      {t('news.gone.speaker')}
    </Alert>
  );
}
