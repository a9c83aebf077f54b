import Button from '@mui/material/Button';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import { maxDisplayName } from '@parley/protocol';
import { type SyntheticEvent, useState } from 'react';
import { changePreferences } from '../devices/preferences.ts';

interface Props {
  name: string;
  onJoin: (name: string) => void;
  /** Whoever types here, or points at the button, is about to join. */
  onIntent: () => void;
}

/** Asks for the name that the others see, and joins. */
export function NameForm({ name: remembered, onJoin, onIntent }: Props) {
  const [name, setName] = useState(remembered);
  const trimmed = name.trim();

  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (trimmed === '') return;
    changePreferences({ name: trimmed });
    onJoin(trimmed);
  };

  return (
    <Stack
      component="form"
      noValidate
      spacing={2}
      onSubmit={submit}
      onPointerEnter={onIntent}
      onKeyDown={onIntent}
    >
      <TextField
        label="Your name"
        fullWidth
        autoFocus={remembered === ''}
        value={name}
        onChange={event => setName(event.target.value)}
        slotProps={{ htmlInput: { maxLength: maxDisplayName, autoComplete: 'name' } }}
      />
      <Button type="submit" variant="contained" size="large" fullWidth disabled={trimmed === ''}>
        Join
      </Button>
    </Stack>
  );
}
