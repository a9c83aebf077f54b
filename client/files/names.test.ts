import { FileName, maxFileName } from '@parley/protocol';
import { expect, test } from 'vitest';
import { cleanFileName } from './names.ts';

test.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', '__.._etc_passwd'],
  ['C:\\temp\\a.txt', 'C:_temp_a.txt'],
  ['invoice\u202Efdp.exe', 'invoice_fdp.exe'],
  ['a\u0000b\nc.txt', 'a_b_c.txt'],
  ['.bashrc', '_bashrc'],
  ['تقرير.pdf', 'تقرير.pdf'],
  ['half\uD83D.txt', 'half\uFFFD.txt'],
  ['  ', 'file'],
  ['', 'file'],
])('the name %j is offered and saved as %j', (name, clean) => {
  expect(cleanFileName(name)).toBe(clean);
  expect(FileName.safeParse(cleanFileName(name)).success).toBe(true);
});

test('of a long name the ending stays, and no character is cut in half', () => {
  const clean = cleanFileName(`${'😀'.repeat(300)}.tar.gz`);
  expect(clean.length).toBeLessThanOrEqual(maxFileName);
  expect(clean).toMatch(/😀\.gz$/u);
  expect(FileName.safeParse(clean).success).toBe(true);
});
