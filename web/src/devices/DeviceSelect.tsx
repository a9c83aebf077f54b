import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useTranslation } from 'react-i18next';
import { type DeviceChoice, shownChoice } from './deviceChoices.ts';
import type { DeviceKind } from './deviceNews.ts';

interface Props {
  kind: DeviceKind;
  choices: readonly DeviceChoice[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** One kind of device to choose from. */
export function DeviceSelect({ kind, choices, chosen, onChoose }: Props) {
  const { t } = useTranslation('devices');
  const none = choices.length === 0;
  return (
    <TextField
      select
      fullWidth
      size="small"
      label={t(`kind.${kind}`)}
      disabled={none}
      value={shownChoice(choices, chosen)}
      onChange={event => onChoose(event.target.value)}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      {none && <MenuItem value="">{t('noneToChoose')}</MenuItem>}
      {choices.map(({ id, label }, index) => (
        <MenuItem key={id} value={id}>
          <bdi>{label || t(`numbered.${kind}`, { number: index + 1 })}</bdi>
        </MenuItem>
      ))}
    </TextField>
  );
}
