import { describe, expect, it } from 'vitest';
import { detailOf } from './refusalView.ts';

describe('detailOf', () => {
  it.each([
    ['There is no such meeting. Check the link.', 'Check the link.'],
    ['There is no such meeting.', ''],
    ['There is no such meeting here.', 'There is no such meeting here.'],
  ])('%s', (message, detail) => expect(detailOf('There is no such meeting', message)).toBe(detail));
});
