import HandIcon from '@mui/icons-material/BackHand';
import MicIcon from '@mui/icons-material/Mic';
import MicOffIcon from '@mui/icons-material/MicOff';
import ScreenIcon from '@mui/icons-material/ScreenShareOutlined';
import VideocamIcon from '@mui/icons-material/Videocam';
import VideocamOffIcon from '@mui/icons-material/VideocamOff';
import Box from '@mui/material/Box';
import type { Role } from '@parley/protocol';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PersonMenu } from '../call/PersonMenu.tsx';
import type { Person } from '../call/people.ts';
import { QualityBadge } from '../quality/QualityBadge.tsx';
import { Row } from './Section.tsx';

export interface ListedPerson extends Person {
  role: Role;
  /** Place among those whose hands are up, from 1. */
  hand: number | undefined;
  shares: boolean;
}

/** One person in the list, with how they are there. */
export function PersonRow({ person }: { person: ListedPerson }) {
  const { t } = useTranslation('people');
  const { name, mine, role, hand, shares, muted, cameraOff, reconnecting } = person;
  const details = [
    role === 'speaker' ? undefined : t(`role.${role}`),
    reconnecting ? t('reconnecting') : undefined,
  ].filter(detail => detail !== undefined);
  return (
    <Row name={mine ? t('you', { name }) : name} detail={details.length > 0 && details.join(' · ')}>
      <QualityBadge participantId={person.id} />
      {hand !== undefined && (
        <State text={t('place', { place: hand })} icon={<HandIcon fontSize="inherit" />} strong />
      )}
      {shares && <State text={t('shares')} icon={<ScreenIcon fontSize="inherit" />} strong />}
      {/* Who only watches has neither. */}
      {role !== 'viewer' && (
        <>
          <State
            text={muted ? t('muted') : t('unmuted')}
            icon={muted ? <MicOffIcon fontSize="inherit" /> : <MicIcon fontSize="inherit" />}
            strong={!muted}
          />
          <State
            text={cameraOff ? t('cameraOff') : t('cameraOn')}
            icon={cameraOff ? <VideocamOffIcon fontSize="inherit" /> : <VideocamIcon fontSize="inherit" />}
            strong={!cameraOff}
          />
        </>
      )}
      {!mine && <PersonMenu person={person} onPicture={false} />}
    </Row>
  );
}

function State({ text, icon, strong }: { text: string; icon: ReactNode; strong: boolean }) {
  return (
    <Box
      component="span"
      role="img"
      aria-label={text}
      title={text}
      sx={{ display: 'inline-flex', fontSize: 19, color: strong ? 'text.primary' : 'text.secondary' }}
    >
      {icon}
    </Box>
  );
}
