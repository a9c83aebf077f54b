import ReactionIcon from '@mui/icons-material/AddReactionOutlined';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Popover from '@mui/material/Popover';
import { type ReactionName, RefusalError } from '@parley/protocol';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../call/sessionContext.ts';
import { RoundButton } from '../theme/RoundButton.tsx';
import { faces, reactionNames } from './faces.ts';

/** How long one rests who reacted too often, in ms. */
const restMs = 3_000;

/** Offers the reactions, and shows everyone the chosen one. */
export function ReactionsButton() {
  const { t } = useTranslation('reactions');
  const { call, moderator } = useSession();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const [resting, setResting] = useState(false);
  useEffect(() => {
    if (!resting) return;
    const timer = setTimeout(() => setResting(false), restMs);
    return () => clearTimeout(timer);
  }, [resting]);

  const react = async (reaction: ReactionName) => {
    setAnchor(undefined);
    await moderator.attempt(async () => {
      try {
        await call.react(reaction);
      } catch (error) {
        if (!(error instanceof RefusalError) || error.code !== 'rate_limited') throw error;
        setResting(true);
      }
    });
  };
  return (
    <>
      <RoundButton
        label={resting ? t('resting') : t('react')}
        disabled={resting}
        expanded={anchor !== undefined}
        shortcut="reactions"
        onClick={setAnchor}
      >
        <ReactionIcon />
      </RoundButton>
      <Popover
        open={anchor !== undefined}
        anchorEl={anchor ?? null}
        onClose={() => setAnchor(undefined)}
        anchorOrigin={{ vertical: 'top', horizontal: 'center' }}
        transformOrigin={{ vertical: 'bottom', horizontal: 'center' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': t('title'), sx: { mt: -1.5, borderRadius: 2 } } }}
      >
        <Box
          role="group"
          aria-label={t('title')}
          onKeyDown={walk}
          sx={{
            p: 0.75,
            display: 'grid',
            gridTemplateColumns: { xs: 'repeat(4, auto)', sm: 'repeat(8, auto)' },
          }}
        >
          {reactionNames.map((name, index) => (
            <IconButton
              key={name}
              autoFocus={index === 0}
              aria-label={t(`name.${name}`)}
              title={t(`name.${name}`)}
              onClick={() => void react(name)}
              sx={{ width: 44, height: 44, fontSize: 24, color: 'text.primary' }}
            >
              <span aria-hidden>{faces[name]}</span>
            </IconButton>
          ))}
        </Box>
      </Popover>
    </>
  );
}

/** Arrows go to the reaction beside, in the direction in which the page is read. */
function walk({ key, currentTarget }: KeyboardEvent<HTMLElement>): void {
  if (key !== 'ArrowLeft' && key !== 'ArrowRight') return;
  const buttons = [...currentTarget.querySelectorAll('button')];
  const forward = (key === 'ArrowRight') === (document.documentElement.dir !== 'rtl');
  const at = buttons.findIndex(button => button.matches(':focus'));
  buttons[(at + (forward ? 1 : -1) + buttons.length) % buttons.length]?.focus();
}
