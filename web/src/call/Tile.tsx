import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useView, VideoView } from '@parley/react';
import { useRef } from 'react';
import { Badges } from './Badges.tsx';
import { InitialsAvatar } from './InitialsAvatar.tsx';
import type { Size } from './layout.ts';
import { PersonMenu } from './PersonMenu.tsx';
import type { Person } from './people.ts';

interface Props {
  person: Person;
  speaking: boolean;
  size: Size;
}

/** One person in the gallery. */
export function Tile({ person, speaking, size }: Props) {
  const { name, mine, muted, cameraOff, reconnecting, video } = person;
  const tile = useRef<HTMLLIElement>(null);
  useView(tile, mine ? undefined : person.id, 'camera');
  return (
    <Box
      ref={tile}
      component="li"
      aria-label={name}
      data-testid="tile"
      data-participant={person.id}
      data-speaking={speaking}
      style={size}
      sx={{
        position: 'relative',
        overflow: 'hidden',
        borderRadius: 2,
        bgcolor: 'background.paper',
        display: 'grid',
        placeItems: 'center',
        '&::after': {
          content: '""',
          position: 'absolute',
          inset: 0,
          borderRadius: 'inherit',
          pointerEvents: 'none',
          boxShadow: theme => (speaking ? `inset 0 0 0 3px ${theme.palette.primary.main}` : 'none'),
          transition: 'box-shadow 160ms',
        },
      }}
    >
      {video ? (
        <VideoView track={video} mirrored={mine} />
      ) : (
        <InitialsAvatar name={name} size={Math.min(size.width, size.height) * 0.42} />
      )}
      {reconnecting && <Veil />}
      {!mine && <PersonMenu person={person} />}
      <Box
        sx={{
          position: 'absolute',
          left: 8,
          bottom: 8,
          maxWidth: 'calc(100% - 16px)',
          display: 'flex',
          alignItems: 'center',
          gap: 0.75,
          px: 1,
          py: 0.4,
          borderRadius: 1.5,
          bgcolor: 'rgba(8, 14, 13, 0.72)',
          color: '#fff',
        }}
      >
        <Typography noWrap component="span" sx={{ fontSize: 13, fontWeight: 550, minWidth: 0 }}>
          <bdi>{name}</bdi>
          {mine && ' (you)'}
        </Typography>
        <Badges speaking={speaking} muted={muted} cameraOff={cameraOff} reconnecting={reconnecting} />
      </Box>
    </Box>
  );
}

/** Covers a picture that stands still. */
function Veil() {
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
      Connection lost
    </Box>
  );
}
