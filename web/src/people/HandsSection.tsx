import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { useCall, useSession } from '../call/sessionContext.ts';
import { handsOf } from '../reactions/hands.ts';
import { Row, Section } from './Section.tsx';

/** Whose hands are up, in their order. One lowers one's own; moderators lower all. */
export function HandsSection() {
  const { t } = useTranslation('people');
  const { call, moderator } = useSession();
  const snapshot = useCall();
  const hands = handsOf(snapshot);
  const moderates = snapshot.self?.rights.moderate === true;
  if (hands.length === 0) return null;
  const others = hands.filter(({ mine }) => !mine);
  const lowerAll = () => {
    if (hands.length > others.length) void moderator.attempt(() => call.raiseHand(false));
    moderator.decide(...others.map(({ id }) => ({ action: 'lowerHand' as const, participantId: id })));
  };
  return (
    <Section
      title={t('hands', { count: hands.length })}
      action={
        moderates &&
        hands.length > 1 && (
          <Button size="small" onClick={lowerAll}>
            {t('lowerAll')}
          </Button>
        )
      }
    >
      {hands.map(({ id, name, mine }, index) => (
        <Row key={id} name={mine ? t('you', { name }) : name} detail={t('place', { place: index + 1 })}>
          {(mine || moderates) && (
            <Button
              size="small"
              aria-label={mine ? t('lowerOwn') : t('lowerOf', { name })}
              onClick={() =>
                mine
                  ? void moderator.attempt(() => call.raiseHand(false))
                  : moderator.decide({ action: 'lowerHand', participantId: id })
              }
            >
              {t('lower')}
            </Button>
          )}
        </Row>
      ))}
    </Section>
  );
}
