import Box from '@mui/material/Box';
import { useDevices } from '../devices/devicesContext.ts';
import { useStore } from '../state/useStore.ts';
import { layout, type Size, tileGap } from './layout.ts';
import { peopleOf } from './people.ts';
import { useCall, useSpeakers } from './sessionContext.ts';
import { Tile } from './Tile.tsx';

/** Everybody, as large as the space allows. */
export function Gallery({ size }: { size: Size }) {
  const call = useCall();
  const own = useStore(useDevices().media);
  const speaking = new Set(useSpeakers().speakers.map(({ participantId }) => participantId));
  const people = peopleOf(call, own);
  const { tile } = layout(people.length, size.width, size.height);
  return (
    <Box
      component="ul"
      aria-label="Participants"
      style={size}
      sx={{
        m: 0,
        p: 0,
        listStyle: 'none',
        display: 'flex',
        flexWrap: 'wrap',
        gap: `${tileGap}px`,
        justifyContent: 'center',
        alignContent: 'safe center',
        overflowY: 'auto',
        overflowX: 'hidden',
        scrollbarWidth: 'none',
      }}
    >
      {people.map(person => (
        <Tile key={person.id} person={person} speaking={speaking.has(person.id)} size={tile} />
      ))}
    </Box>
  );
}
