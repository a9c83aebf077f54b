import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../i18n/useLanguage.ts';

/** Says figures in the person's language. */
export function useNumbers() {
  const { t } = useTranslation('quality');
  const language = useLanguage();
  return useMemo(() => {
    const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
    const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
    const unknown = t('stats.unknown');
    return {
      count: (value: number) => whole.format(value),
      share: (value: number | undefined) => (value === undefined ? unknown : percent.format(value)),
      ms: (value: number | undefined) =>
        value === undefined ? unknown : t('stats.ms', { value: whole.format(value) }),
      rate: (bits: number | undefined) => {
        if (bits === undefined) return unknown;
        return bits < 1e6
          ? t('stats.kbits', { value: whole.format(bits / 1e3) })
          : t('stats.mbits', { value: tenths.format(bits / 1e6) });
      },
      size: (width: number, height: number) => `${whole.format(width)} × ${whole.format(height)}`,
    };
  }, [t, language]);
}
