import PausedIcon from '@mui/icons-material/PauseCircleOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { VideoView } from '@parley/react';
import { memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useMirrored } from '../devices/useMirrored.ts';
import { QualityBadge } from '../quality/QualityBadge.tsx';
import { HandBadge } from '../reactions/HandBadge.tsx';
import { personItem } from '../stage/compose.ts';
import { isolated } from '../stage/isolated.ts';
import { PinButton } from '../stage/PinButton.tsx';
import { Plate } from '../stage/Plate.tsx';
import { Tools, withTools } from '../stage/Tools.tsx';
import { usePicture } from '../stage/usePicture.ts';
import { useReflow } from '../stage/useReflow.ts';
import type { Placed } from '../stage/useScene.ts';
import { Badges } from './Badges.tsx';
import { InitialsAvatar } from './InitialsAvatar.tsx';
import { PersonMenu } from './PersonMenu.tsx';
import type { Person } from './people.ts';

interface Props {
  person: Person;
  /** How loudly they speak, 0 to 3; undefined: they do not. */
  level: number | undefined;
  /** Where it is to be seen; undefined: it is on another page. */
  placed: Placed | undefined;
  /** Whether pictures are wanted at all. */
  pictures: boolean;
  /** Whether this is whom to look at. */
  lookedAt: boolean;
}

/** One person on the stage. */
export const Tile = memo(TileOf, (before, after) => isAlike(before, after));

function TileOf({ person, level, placed, pictures, lookedAt }: Props) {
  const { t } = useTranslation('stage');
  const mirrored = useMirrored();
  const { id, name, mine, muted, cameraOff, leftOut, reconnecting } = person;
  const video = pictures || mine ? person.video : undefined;
  const tile = useRef<HTMLLIElement>(null);
  usePicture(tile, mine ? undefined : id, 'camera', placed !== undefined && pictures);
  const style = useReflow(tile, placed);
  const speaking = level !== undefined;
  const { width, height } = placed ?? { width: 0, height: 0 };
  return (
    <Box
      ref={tile}
      component="li"
      aria-label={name}
      data-testid="tile"
      data-participant={id}
      data-speaking={speaking}
      data-place={placed?.role}
      data-looked-at={lookedAt}
      style={style}
      sx={{
        overflow: 'hidden',
        borderRadius: width < 240 ? '12px' : '18px',
        bgcolor: 'background.paper',
        display: 'grid',
        placeItems: 'center',
        zIndex: placed?.role === 'corner' ? 1 : 0,
        boxShadow: placed?.role === 'corner' ? '0 4px 20px rgba(0, 0, 0, 0.5)' : 'none',
        '&::after': {
          content: '""',
          position: 'absolute',
          inset: 0,
          borderRadius: 'inherit',
          pointerEvents: 'none',
          boxShadow: theme =>
            speaking
              ? `inset 0 0 0 ${2 + level}px ${theme.palette.primary.main}`
              : 'inset 0 0 0 0 transparent',
          transition: 'box-shadow 160ms',
        },
        ...withTools,
      }}
    >
      {/* Also until the first frame of a picture is there. */}
      <Box sx={{ pb: height < 120 ? '22px' : 0 }}>
        <InitialsAvatar name={name} size={Math.min(width, height) * 0.42} />
      </Box>
      {video && (
        <Box sx={{ position: 'absolute', inset: 0 }}>
          <VideoView track={video} mirrored={mine && mirrored} />
        </Box>
      )}
      {reconnecting && <Veil text={t('connectionLost')} />}
      <Tools>
        <PinButton item={personItem(id)} label={t('pin', { name })} />
        {!mine && <PersonMenu person={person} />}
      </Tools>
      <Plate small={width < 200}>
        <HandBadge participantId={id} />
        <Typography
          noWrap
          component="span"
          title={name}
          dir="auto"
          sx={{ fontSize: 'inherit', fontWeight: 550, minWidth: 0 }}
        >
          {mine ? t('you', { name: isolated(name) }) : name}
        </Typography>
        {!mine && <QualityBadge participantId={id} />}
        <Badges speaking={speaking} muted={muted} cameraOff={cameraOff} reconnecting={reconnecting} />
        {leftOut && pictures && (
          <Box
            component="span"
            role="img"
            aria-label={t('picturePaused')}
            title={t('picturePaused')}
            sx={{ display: 'inline-flex', fontSize: 16, flexShrink: 0 }}
          >
            <PausedIcon fontSize="inherit" />
          </Box>
        )}
      </Plate>
    </Box>
  );
}

/** Covers a picture that stands still. */
function Veil({ text }: { text: string }) {
  return (
    <Box
      sx={{
        position: 'absolute',
        inset: 0,
        display: 'grid',
        placeItems: 'center',
        bgcolor: 'rgba(8, 14, 13, 0.6)',
        color: '#fff',
        fontSize: 14,
        textAlign: 'center',
        px: 1,
      }}
    >
      {text}
    </Box>
  );
}

/** A call's snapshot makes all people anew, of whom most did not change. */
function isAlike(before: Props, after: Props): boolean {
  return (
    before.level === after.level &&
    before.pictures === after.pictures &&
    before.lookedAt === after.lookedAt &&
    isShallowlySame(before.person, after.person) &&
    isShallowlySame(before.placed, after.placed)
  );
}

function isShallowlySame<T extends object>(one: T | undefined, other: T | undefined): boolean {
  if (!one || !other) return one === other;
  const keys = Object.keys(one) as (keyof T)[];
  return keys.length === Object.keys(other).length && keys.every(key => Object.is(one[key], other[key]));
}
