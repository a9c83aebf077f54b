import Button from '@mui/material/Button';
import type { LobbyId } from '@parley/protocol';
import { useTranslation } from 'react-i18next';
import { useCall, useSession } from '../call/sessionContext.ts';
import { Row, Section } from './Section.tsx';

/** Who waits to be let in, for those who may decide about it. */
export function LobbySection() {
  const { t } = useTranslation('lobby');
  const { moderator } = useSession();
  const { lobby } = useCall();
  if (lobby.length === 0) return null;
  const decide = (action: 'admit' | 'turnAway', lobbyIds: LobbyId[]) =>
    moderator.decide({ action, lobbyIds });
  return (
    <Section
      title={t('peopleWait', { count: lobby.length })}
      action={
        lobby.length > 1 && (
          <Button
            size="small"
            onClick={() =>
              decide(
                'admit',
                lobby.map(({ id }) => id),
              )
            }
          >
            {t('admitAll')}
          </Button>
        )
      }
    >
      {lobby.map(({ id, displayName: name, identity }) => (
        <Row key={id} name={name} detail={identity}>
          <Button size="small" aria-label={t('admitPerson', { name })} onClick={() => decide('admit', [id])}>
            {t('admit')}
          </Button>
          <Button
            size="small"
            color="inherit"
            aria-label={t('refusePerson', { name })}
            onClick={() => decide('turnAway', [id])}
          >
            {t('refuse')}
          </Button>
        </Row>
      ))}
    </Section>
  );
}
