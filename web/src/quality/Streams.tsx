import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { MediaSource, ParticipantId } from '@parley/protocol';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Figures, ReceivedFigures, SentFigures } from './figures.ts';
import { Rows } from './Rows.tsx';
import { useNumbers } from './useNumbers.ts';

const names = {
  microphone: 'sound',
  camera: 'picture',
  screen: 'screen',
  'screen-audio': 'screenSound',
} as const satisfies Record<MediaSource, string>;

/** Everything that one sends. */
export function SentStreams({ sent }: Pick<Figures, 'sent'>) {
  const { t } = useTranslation('quality');
  if (sent.length === 0) return <Nothing text={t('stats.nothingSent')} />;
  return sent.map(figures => <SentStream key={figures.place} {...figures} />);
}

function SentStream({ of, bitrate, loss }: SentFigures) {
  const { t } = useTranslation('quality');
  const { rate, share, count, size } = useNumbers();
  const { kind, codec, frameWidth, frameHeight, framesPerSecond, qualityLimitationReason: reason } = of;
  return (
    <Stream title={t(kind === 'audio' ? 'stats.sound' : 'stats.picture')}>
      <Rows
        rows={[
          [t('stats.rate'), rate(bitrate)],
          [t('stats.loss'), share(loss)],
          ...(kind === 'video'
            ? ([
                [t('stats.size'), size(frameWidth, frameHeight)],
                [t('stats.frames'), count(framesPerSecond)],
              ] as const)
            : []),
          ...(codec ? ([[t('stats.codec'), codec]] as const) : []),
          ...(reason === 'cpu' || reason === 'bandwidth'
            ? ([[t('stats.limited'), t(`stats.${reason}`)]] as const)
            : []),
        ]}
      />
    </Stream>
  );
}

/** Everything that one receives, person by person. */
export function ReceivedStreams({
  received,
  people,
}: Pick<Figures, 'received'> & { people: readonly { id: ParticipantId; displayName: string }[] }) {
  const { t } = useTranslation('quality');
  if (received.length === 0) return <Nothing text={t('stats.nothingReceived')} />;
  return people.map(({ id, displayName }) => {
    const streams = received.filter(({ of }) => of.participantId === id);
    if (streams.length === 0) return null;
    return (
      <Box component="section" key={id} aria-label={displayName} sx={{ mt: 1 }}>
        <Typography component="h4" noWrap sx={{ fontSize: 13, fontWeight: 600 }}>
          <bdi>{displayName}</bdi>
        </Typography>
        {streams.map(figures => (
          <ReceivedStream key={figures.of.source} {...figures} />
        ))}
      </Box>
    );
  });
}

function ReceivedStream({ of, bitrate, loss }: ReceivedFigures) {
  const { t } = useTranslation('quality');
  const { rate, share, ms, count, size } = useNumbers();
  const { source, codec, jitter, frameWidth, frameHeight, framesPerSecond } = of;
  return (
    <Stream title={t(`stats.${names[source]}`)}>
      <Rows
        rows={[
          [t('stats.rate'), rate(bitrate)],
          [t('stats.loss'), share(loss)],
          [t('stats.jitter'), ms(jitter * 1_000)],
          ...(frameWidth > 0
            ? ([
                [t('stats.size'), size(frameWidth, frameHeight)],
                [t('stats.frames'), count(framesPerSecond)],
              ] as const)
            : []),
          ...(codec ? ([[t('stats.codec'), codec]] as const) : []),
        ]}
      />
    </Stream>
  );
}

function Stream({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box sx={{ mt: 0.5, paddingInlineStart: 1, borderInlineStart: 2, borderColor: 'divider' }}>
      <Box sx={{ fontSize: 13 }}>{title}</Box>
      {children}
    </Box>
  );
}

function Nothing({ text }: { text: string }) {
  return <Typography sx={{ fontSize: 13, color: 'text.secondary' }}>{text}</Typography>;
}
