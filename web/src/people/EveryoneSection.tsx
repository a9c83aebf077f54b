import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { muteAll } from '../call/moderation.ts';
import { peopleOf } from '../call/people.ts';
import { useCall, useSession } from '../call/sessionContext.ts';
import { useDevices } from '../devices/devicesContext.ts';
import { handsOf } from '../reactions/hands.ts';
import { useStore } from '../state/useStore.ts';
import { type ListedPerson, PersonRow } from './PersonRow.tsx';
import { Section } from './Section.tsx';
import { matching, searchFrom } from './search.ts';

/** Everybody in the meeting. Where they are many, one is found by name. */
export function EveryoneSection() {
  const { t } = useTranslation('people');
  const { moderator } = useSession();
  const call = useCall();
  const own = useStore(useDevices().media);
  const [query, setQuery] = useState('');
  const { self, participants } = call;

  const hands = handsOf(call).map(({ id }) => id);
  const people: ListedPerson[] = peopleOf(call, own).map(person => {
    const other = participants.find(({ id }) => id === person.id);
    const place = hands.indexOf(person.id);
    return {
      ...person,
      role: other?.role ?? self?.role ?? 'speaker',
      hand: place < 0 ? undefined : place + 1,
      shares: (other ?? self)?.media.screen !== undefined,
    };
  });
  const searched = people.length >= searchFrom;
  const shown = searched ? matching(people, query) : people;
  const muting = self?.rights.moderate ? muteAll(participants) : [];

  return (
    <Section
      title={t('here', { count: people.length })}
      action={
        muting.length > 1 && (
          <Button size="small" onClick={() => moderator.decide(...muting)}>
            {t('muteAll')}
          </Button>
        )
      }
    >
      {searched && (
        <li>
          <TextField
            type="search"
            size="small"
            fullWidth
            placeholder={t('search')}
            value={query}
            onChange={event => setQuery(event.target.value)}
            slotProps={{ htmlInput: { 'aria-label': t('search'), maxLength: 100 } }}
          />
        </li>
      )}
      {shown.map(person => (
        <PersonRow key={person.id} person={person} />
      ))}
      {shown.length === 0 && (
        <Typography component="li" role="status" sx={{ py: 1, fontSize: 14, color: 'text.secondary' }}>
          {t('nobody')}
        </Typography>
      )}
    </Section>
  );
}
