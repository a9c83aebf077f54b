/** The prefab in one line; with `?own`, a call put together from its parts. */
import { ParleyRoom } from '@parley/react';
import '@parley/react/styles.css';
import { createRoot } from 'react-dom/client';
import { OwnCall } from './OwnCall.tsx';

const query = new URLSearchParams(location.search);
const room = query.get('room') ?? 'daily-standup';

createRoot(document.querySelector('#root') as Element).render(
  query.has('own') ? <OwnCall room={room} displayName="Ben" /> : <ParleyRoom room={room} />,
);
