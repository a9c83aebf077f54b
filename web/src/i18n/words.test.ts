import { describe, expect, it } from 'vitest';
import { languageCodes, pickLanguage } from './languages.ts';
import { fetchWords, wordGroups } from './words.ts';

const pluralForm = /_(zero|one|two|few|many|other)$/;

/** Every text by its path, such as `chat.title`. */
function flatten(words: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries(words)) {
    const here = path === '' ? name : `${path}.${name}`;
    if (typeof value === 'string') found.set(here, value);
    else for (const [at, text] of flatten(value, here)) found.set(at, text);
  }
  return found;
}

async function wordsOf(language: (typeof languageCodes)[number]): Promise<Map<string, string>> {
  const groups = await Promise.all(wordGroups.map(group => fetchWords(group, language)));
  return flatten(Object.assign({}, ...groups));
}

/** The placeholders of a text, such as `name` of `{{name}}`. */
const gaps = (text: string) => [...text.matchAll(/{{\s*(\w+)[^}]*}}/g)].map(([, name]) => name).sort();

const english = await wordsOf('en');
const stems = (words: Map<string, string>) =>
  new Set([...words.keys()].map(key => key.replace(pluralForm, '')));

describe.each(languageCodes)('the words in %s', async language => {
  const words = await wordsOf(language);

  it('are the same as the English ones', () => {
    expect([...stems(words)].sort()).toEqual([...stems(english)].sort());
  });

  it('are never empty', () => {
    expect([...words].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('have every plural form of the language, where they count', () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const counted = new Set(
      [...english.keys()].filter(key => pluralForm.test(key)).map(key => key.replace(pluralForm, '')),
    );
    const lacking = [...counted]
      .flatMap(stem => forms.map(form => `${stem}_${form}`))
      .filter(key => !words.has(key));
    expect(lacking).toEqual([]);
  });

  it('have no gaps but those that are filled in in English', () => {
    const wrong = [...words].filter(([key, text]) => {
      const stem = key.replace(pluralForm, '');
      const model = english.get(key) ?? english.get(`${stem}_other`) ?? '';
      const [there, known] = [gaps(text), gaps(model)];
      // "One person" need not say 1.
      return pluralForm.test(key) ? there.some(name => !known.includes(name)) : there.join() !== known.join();
    });
    expect(wrong).toEqual([]);
  });
});

describe('the language', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['fr', 'ar-EG'], 'ar'],
    [['ES'], 'es'],
    [['fr', 'toString'], 'en'],
    [[], 'en'],
  ])('for %j is %s', (wishes, language) => {
    expect(pickLanguage(wishes)).toBe(language);
  });
});
