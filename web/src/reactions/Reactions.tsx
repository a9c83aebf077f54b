import Box from '@mui/material/Box';
import { keyframes } from '@mui/material/styles';
import { visuallyHidden } from '@mui/utils';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../call/sessionContext.ts';
import { faces } from './faces.ts';
import { type Came, placeOf } from './floating.ts';
import { spokenReactions } from './spoken.ts';

/** How long a reaction is seen, in ms. */
const seenMs = 3_500;
/** So many are seen at a time; who claps with hundreds sees the latest. */
const maxSeen = 24;
/** What came within so many ms is said in one sentence. */
const gatherMs = 2_500;

const rise = keyframes({
  from: { opacity: 0, transform: 'translate(-50%, 0) scale(0.6)' },
  '12%': { opacity: 1, transform: 'translate(-50%, -16px) scale(1)' },
  '75%': { opacity: 1 },
  to: { opacity: 0, transform: 'translate(-50%, -120px)' },
});

/** Reactions as they come: over the pictures of those who react, or at the foot of the stage; they stand still for who wants that. */
export function Reactions() {
  const { t } = useTranslation('reactions');
  const { call } = useSession();
  const overlay = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState<readonly Came[]>([]);
  const [said, setSaid] = useState('');
  const count = useRef(0);
  const gathered = useRef<Came[]>([]);
  const timers = useRef(new Set<ReturnType<typeof setTimeout>>());

  const later = (work: () => void, ms: number) => {
    const timer = setTimeout(() => {
      timers.current.delete(timer);
      work();
    }, ms);
    timers.current.add(timer);
  };
  const take = useEffectEvent(({ from, reaction }: { from: Came['from']; reaction: Came['reaction'] }) => {
    const { self, participants } = call.snapshot();
    const mine = self?.id === from;
    const name = mine ? t('you') : participants.find(({ id }) => id === from)?.displayName;
    if (name === undefined) return;
    count.current += 1;
    const came: Came = {
      key: String(count.current),
      from,
      name,
      reaction,
      ...placeOf(from, overlay.current),
    };
    setSeen(now => [...now, came].slice(-maxSeen));
    later(() => setSeen(now => now.filter(({ key }) => key !== came.key)), seenMs);
    if (mine) return;
    gathered.current.push(came);
    if (gathered.current.length > 1) return;
    later(() => {
      setSaid(spokenReactions(gathered.current, t));
      gathered.current = [];
    }, gatherMs);
  });
  useEffect(() => call.reactions.listen(occasion => take(occasion)), [call]);
  useEffect(() => {
    const { current } = timers;
    return () => {
      for (const timer of current) clearTimeout(timer);
    };
  }, []);

  return (
    <>
      <Box
        ref={overlay}
        aria-hidden
        sx={{ position: 'absolute', inset: 0, zIndex: 1, overflow: 'hidden', pointerEvents: 'none' }}
      >
        {seen.map(({ key, name, reaction, x, y }) => (
          <Box
            key={key}
            data-testid="reaction"
            data-reaction={reaction}
            style={{ left: x, top: y }}
            sx={{
              position: 'absolute',
              display: 'flex',
              flexDirection: 'column',
              alignItems: 'center',
              transform: 'translate(-50%, -16px)',
              animation: `${rise} ${seenMs}ms ease-out both`,
              '@media (prefers-reduced-motion: reduce)': { animation: 'none' },
            }}
          >
            <Box component="span" sx={{ fontSize: 34, lineHeight: 1.2 }}>
              {faces[reaction]}
            </Box>
            <Box
              component="bdi"
              sx={{
                maxWidth: 140,
                overflow: 'hidden',
                textOverflow: 'ellipsis',
                whiteSpace: 'nowrap',
                px: 0.75,
                borderRadius: 1,
                fontSize: 12,
                color: '#fff',
                bgcolor: 'rgba(8, 14, 13, 0.72)',
              }}
            >
              {name}
            </Box>
          </Box>
        ))}
      </Box>
      <Box aria-live="polite" style={visuallyHidden}>
        {said}
      </Box>
    </>
  );
}
