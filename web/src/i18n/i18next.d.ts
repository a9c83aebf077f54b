import 'i18next';
import type { EntryWords, MeetingWords } from './words.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: EntryWords & MeetingWords;
  }
}
