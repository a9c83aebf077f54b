import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { type DeviceChoice, shownChoice } from './deviceChoices.ts';

interface Props {
  label: string;
  choices: readonly DeviceChoice[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** One kind of device to choose from. */
export function DeviceSelect({ label, choices, chosen, onChoose }: Props) {
  const none = choices.length === 0;
  return (
    <TextField
      select
      fullWidth
      size="small"
      label={label}
      disabled={none}
      value={shownChoice(choices, chosen)}
      onChange={event => onChoose(event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      {none && <MenuItem value="">None to choose from</MenuItem>}
      {choices.map(({ id, label }) => (
        <MenuItem key={id} value={id}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}
