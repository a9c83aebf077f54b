import Box from '@mui/material/Box';
import { LanguageSelect } from '../i18n/LanguageSelect.tsx';
import { AppearanceSelect } from '../theme/AppearanceSelect.tsx';
import { Brand } from './Brand.tsx';

/** The top of a page outside of a call: where one is, and in which language and light one reads it. */
export function PageHeader() {
  return (
    <Box
      component="header"
      sx={{ py: 2.5, display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1 }}
    >
      <Brand />
      <Box sx={{ display: 'flex', gap: 0.5 }}>
        <LanguageSelect />
        <AppearanceSelect />
      </Box>
    </Box>
  );
}
