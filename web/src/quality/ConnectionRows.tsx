import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import type { CallStats } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { useSession } from '../call/sessionContext.ts';
import { Rows } from './Rows.tsx';
import { useNumbers } from './useNumbers.ts';
import { useQuality } from './useQuality.ts';

/** How one's media travel and fare, and whether pictures are fitted to that. */
export function ConnectionRows({ paths }: Pick<CallStats, 'paths'>) {
  const { t } = useTranslation('quality');
  const { ms, rate } = useNumbers();
  const { quality } = useSession().call;
  const { own, reduced } = useQuality();
  // Where the two directions have ways of their own, that of what is sent; the other is alike.
  const path = paths.find(({ direction }) => direction === 'send') ?? paths[0];
  const longest = Math.max(...paths.map(({ roundTripMs }) => roundTripMs ?? -1));
  return (
    <>
      <Rows
        rows={[
          [t('stats.own'), t(`stats.${own.level}`)],
          [t('stats.path'), path ? wayOf(path) : t('stats.unknown')],
          [t('stats.roundTrip'), ms(longest < 0 ? undefined : longest)],
          [t('stats.capacity'), rate(path?.availableOutgoingBitrate)],
        ]}
      />
      <FormControlLabel
        control={
          <Switch size="small" checked={reduced.allowed} onChange={(_, allowed) => quality.reduce(allowed)} />
        }
        label={t('stats.reduce')}
        slotProps={{ typography: { sx: { fontSize: 13 } } }}
        sx={{ mt: 0.5, minHeight: 32 }}
      />
    </>
  );

  function wayOf({ via, local, protocol, relayProtocol }: CallStats['paths'][number]): string {
    const way = t(via === 'direct' ? 'stats.direct' : 'stats.viaServer');
    const relayed = local === 'relay' ? t('stats.relay', { way }) : way;
    return `${relayed} (${(relayProtocol ?? protocol).toUpperCase()})`;
  }
}
