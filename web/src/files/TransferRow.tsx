import CloseIcon from '@mui/icons-material/Close';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import LinearProgress from '@mui/material/LinearProgress';
import type { Transfer } from '@parley/client';
import { useTranslation } from 'react-i18next';
import { useSession } from '../call/sessionContext.ts';
import { useLanguage } from '../i18n/useLanguage.ts';
import { useStore } from '../state/useStore.ts';
import { save, saved } from './saved.ts';
import { sizeOf } from './sizes.ts';
import { transferWords } from './transferWords.ts';

interface Props {
  transfer: Transfer;
  onProblem: (error: unknown) => void;
}

/** One file, with how far it is and what one may do about it. */
export function TransferRow({ transfer, onProblem }: Props) {
  const { t } = useTranslation('files');
  const language = useLanguage();
  const { files } = useSession().call;
  const isSaved = useStore(saved).has(transfer.id);
  const { id, direction, name, size, state } = transfer;
  const accept = () => {
    try {
      files.accept(id);
    } catch (error) {
      onProblem(error);
    }
  };
  const over = state.status === 'done' || state.status === 'failed';
  const isOffer = direction === 'receive' && state.status === 'offered';
  return (
    <Box component="li" data-testid="transfer" data-status={state.status} sx={{ py: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 0.5 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Box component="bdi" sx={{ fontSize: 14.5, fontWeight: 550, overflowWrap: 'anywhere' }}>
            {name}
          </Box>{' '}
          <Box component="span" sx={{ fontSize: 12.5, color: 'text.secondary', whiteSpace: 'nowrap' }}>
            {sizeOf(size, language)}
          </Box>
        </Box>
        {over && (
          <IconButton size="small" aria-label={t('dismiss', { name })} onClick={() => files.dismiss(id)}>
            <CloseIcon fontSize="small" />
          </IconButton>
        )}
      </Box>
      {state.status === 'moving' && (
        <LinearProgress
          variant="determinate"
          aria-label={name}
          value={size === 0 ? 100 : Math.min(100, (state.bytes / size) * 100)}
          sx={{ my: 0.75, borderRadius: 1 }}
        />
      )}
      <Box
        role={over ? 'status' : undefined}
        sx={{
          fontSize: 13,
          color: state.status === 'failed' ? 'warning.main' : 'text.secondary',
          overflowWrap: 'anywhere',
        }}
      >
        {transferWords(transfer, t, language)}
      </Box>
      <Box sx={{ display: 'flex', gap: 1, mt: 0.5 }}>
        {isOffer && (
          <>
            <Button size="small" variant="contained" aria-label={t('acceptFile', { name })} onClick={accept}>
              {t('accept')}
            </Button>
            <Button size="small" aria-label={t('declineFile', { name })} onClick={() => files.decline(id)}>
              {t('decline')}
            </Button>
          </>
        )}
        {!over && !isOffer && (
          <Button size="small" aria-label={t('cancelFile', { name })} onClick={() => files.cancel(id)}>
            {t('cancel')}
          </Button>
        )}
        {state.status === 'done' && state.blob && (
          <Button
            size="small"
            variant={isSaved ? 'text' : 'contained'}
            aria-label={t('saveFile', { name })}
            onClick={() => state.blob && save(id, state.blob, name)}
          >
            {t('save')}
          </Button>
        )}
      </Box>
    </Box>
  );
}
