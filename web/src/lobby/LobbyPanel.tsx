import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import type { LobbyId, RefusalError } from '@parley/protocol';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { refusalView } from '../call/refusalView.ts';
import { useCall, useSession } from '../call/sessionContext.ts';
import { useLanguage } from '../i18n/useLanguage.ts';

/** Who waits, for hosts: they let people in or refuse them, one by one or all at once. */
export function LobbyPanel() {
  const { t } = useTranslation('lobby');
  const { t: tCall } = useTranslation('call');
  const language = useLanguage();
  const { lobby } = useCall();
  const { call } = useSession();
  const [problem, setProblem] = useState<RefusalError>();
  const heading = useRef<HTMLHeadingElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const decidedHere = useRef(false);

  // Whoever decides by keyboard goes on with the next person, as the button is gone that they used.
  useEffect(() => {
    if (!decidedHere.current || lobby.length === 0) return;
    decidedHere.current = false;
    const next = list.current?.querySelector('button') ?? heading.current;
    if (document.activeElement === document.body) next?.focus();
  }, [lobby]);

  if (lobby.length === 0) return null;
  const decide = (action: 'admit' | 'turnAway', lobbyIds: LobbyId[]) => {
    decidedHere.current = true;
    setProblem(undefined);
    call.moderate({ action, lobbyIds }).catch((error: RefusalError) => setProblem(error));
  };

  return (
    <Paper component="section" aria-labelledby="lobby-title" elevation={8} sx={{ p: 1.5, borderRadius: 1 }}>
      <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
        <Typography
          id="lobby-title"
          ref={heading}
          tabIndex={-1}
          component="h2"
          sx={{ flex: 1, fontSize: 15, fontWeight: 600 }}
        >
          {t('peopleWait', { count: lobby.length })}
        </Typography>
        {lobby.length > 1 && (
          <Button
            size="small"
            variant="contained"
            onClick={() =>
              decide(
                'admit',
                lobby.map(({ id }) => id),
              )
            }
          >
            {t('admitAll')}
          </Button>
        )}
      </Stack>
      <Box
        component="ul"
        ref={list}
        sx={{ listStyle: 'none', m: 0, p: 0, maxHeight: 220, overflowY: 'auto' }}
      >
        {lobby.map(({ id, displayName, identity }) => (
          <Stack key={id} component="li" direction="row" spacing={1} sx={{ alignItems: 'center', pt: 1 }}>
            <Box sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}>
              <bdi>{displayName}</bdi>
              {identity !== undefined && (
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  {' '}
                  (<bdi>{identity}</bdi>)
                </Box>
              )}
            </Box>
            <Button
              size="small"
              variant="outlined"
              aria-label={t('admitPerson', { name: displayName })}
              onClick={() => decide('admit', [id])}
            >
              {t('admit')}
            </Button>
            <Button
              size="small"
              color="inherit"
              aria-label={t('refusePerson', { name: displayName })}
              onClick={() => decide('turnAway', [id])}
            >
              {t('refuse')}
            </Button>
          </Stack>
        ))}
      </Box>
      {problem !== undefined && (
        <Alert severity="error" onClose={() => setProblem(undefined)} sx={{ mt: 1 }}>
          {refusalView(problem, tCall, language).text}
        </Alert>
      )}
    </Paper>
  );
}
