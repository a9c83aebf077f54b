import CheckIcon from '@mui/icons-material/Check';
import LanguageIcon from '@mui/icons-material/Language';
import Box from '@mui/material/Box';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { RoundButton } from '../theme/RoundButton.tsx';
import { speak } from './i18n.ts';
import { languageCodes, languages } from './languages.ts';
import { useLanguage } from './useLanguage.ts';

/** Opens the choice of language, among the controls of a call. */
export function LanguageButton() {
  const { t } = useTranslation();
  const language = useLanguage();
  const [anchor, setAnchor] = useState<HTMLElement>();
  const close = () => setAnchor(undefined);
  return (
    <>
      <RoundButton label={t('language')} expanded={anchor !== undefined} onClick={setAnchor}>
        <LanguageIcon />
      </RoundButton>
      <Menu
        open={anchor !== undefined}
        anchorEl={anchor ?? null}
        onClose={close}
        slotProps={{ list: { 'aria-label': t('language') } }}
      >
        {languageCodes.map(code => (
          <MenuItem
            key={code}
            lang={code}
            role="menuitemradio"
            aria-checked={code === language}
            onClick={() => {
              close();
              void speak(code);
            }}
          >
            <Box component="span" sx={{ display: 'flex', width: 32 }}>
              {code === language && <CheckIcon fontSize="small" aria-hidden />}
            </Box>
            {languages[code].name}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
