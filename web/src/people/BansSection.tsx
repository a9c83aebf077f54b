import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import { isolated } from '../stage/isolated.ts';
import { Row, Section } from './Section.tsx';
import { useBans } from './useBans.ts';

/** Who was shut out, for moderators. */
export function BansSection() {
  const { t } = useTranslation('people');
  const { bans, lift } = useBans();
  if (bans.length === 0) return null;
  return (
    <Section title={t('banned', { count: bans.length })}>
      {bans.map(({ id, displayName: name, by }) => (
        <Row key={id} name={name} detail={by && t('bannedBy', { name: isolated(by.displayName) })}>
          <Button size="small" aria-label={t('unbanPerson', { name })} onClick={() => lift(id)}>
            {t('unban')}
          </Button>
        </Row>
      ))}
    </Section>
  );
}
