import FormControl from '@mui/material/FormControl';
import InputLabel from '@mui/material/InputLabel';
import NativeSelect from '@mui/material/NativeSelect';
import OutlinedInput from '@mui/material/OutlinedInput';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { type DeviceChoice, shownChoice } from './deviceChoices.ts';
import type { DeviceKind } from './deviceNews.ts';

interface Props {
  kind: DeviceKind;
  choices: readonly DeviceChoice[];
  chosen: string | undefined;
  onChoose: (id: string) => void;
}

/** One kind of device to choose from, in the browser's own list. */
export function DeviceSelect({ kind, choices, chosen, onChoose }: Props) {
  const { t } = useTranslation('devices');
  const id = useId();
  const none = choices.length === 0;
  const label = t(`kind.${kind}`);
  return (
    <FormControl fullWidth size="small" disabled={none}>
      <InputLabel shrink htmlFor={id}>
        {label}
      </InputLabel>
      <NativeSelect
        id={id}
        input={<OutlinedInput notched label={label} />}
        value={shownChoice(choices, chosen)}
        onChange={event => onChoose(event.target.value)}
      >
        {none && <option value="">{t('noneToChoose')}</option>}
        {choices.map(({ id, label }, index) => (
          <option key={id} value={id} dir="auto">
            {label || t(`numbered.${kind}`, { number: index + 1 })}
          </option>
        ))}
      </NativeSelect>
    </FormControl>
  );
}
