import UploadIcon from '@mui/icons-material/UploadFileOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormHelperText from '@mui/material/FormHelperText';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { maxFileBytes } from '@parley/protocol';
import { type DragEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCall, useSession } from '../call/sessionContext.ts';
import { useLanguage } from '../i18n/useLanguage.ts';
import { sizeOf } from './sizes.ts';

/** To all who are there. */
const everyone = 'everyone';

/** Chooses a file, or takes one that is dropped, and offers it to one person or to all. */
export function OfferForm({ onProblem }: { onProblem: (error: unknown) => void }) {
  const { t } = useTranslation('files');
  const language = useLanguage();
  const { files } = useSession().call;
  const { participants } = useCall();
  const [chosen, setChosen] = useState<string>(everyone);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const receiver = participants.find(({ id }) => id === chosen);

  const offer = (list: FileList | null) => {
    for (const file of list ?? []) {
      try {
        files.offer(receiver ? [receiver.id] : participants.map(({ id }) => id), file);
      } catch (error) {
        onProblem(error);
        return;
      }
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    offer(event.dataTransfer.files);
  };
  return (
    <Box
      onDragOver={event => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      sx={{
        display: 'grid',
        gap: 1.25,
        p: 1.5,
        border: '1px dashed',
        borderColor: over ? 'primary.main' : 'divider',
        borderRadius: 1,
      }}
    >
      <TextField
        select
        size="small"
        fullWidth
        label={t('to')}
        value={receiver ? chosen : everyone}
        onChange={event => setChosen(event.target.value)}
      >
        <MenuItem value={everyone}>{t('everyone')}</MenuItem>
        {participants.map(({ id, displayName }) => (
          <MenuItem key={id} value={id} dir="auto" sx={{ whiteSpace: 'normal', overflowWrap: 'anywhere' }}>
            {displayName}
          </MenuItem>
        ))}
      </TextField>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="file"
        onChange={({ currentTarget }) => {
          offer(currentTarget.files);
          // So that the same file can be chosen again.
          currentTarget.value = '';
        }}
      />
      <Button
        variant="outlined"
        startIcon={<UploadIcon />}
        disabled={participants.length === 0}
        onClick={() => input.current?.click()}
      >
        {t('choose')}
      </Button>
      <FormHelperText sx={{ m: 0 }}>
        {participants.length === 0 ? t('alone') : t('hint', { size: sizeOf(maxFileBytes, language) })}
      </FormHelperText>
    </Box>
  );
}
