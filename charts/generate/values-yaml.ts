import { stringify } from 'yaml';
import type { Schema } from './schema.ts';

const width = 110;

/** A values file that says what every value is for and holds its default. */
export function valuesYaml(schema: Schema, head: string): string {
  return `${comment(head, '')}\n${block(schema, '')}`;
}

function block({ properties = {} }: Schema, indent: string): string {
  return Object.entries(properties)
    .map(([name, field]) => `${entry(name, field, indent)}${indent === '' ? '\n' : ''}`)
    .join('')
    .replace(/\n+$/, '\n');
}

function entry(name: string, field: Schema, indent: string): string {
  const about = comment(field.description ?? '', indent);
  if (field.properties) return `${about}${indent}${name}:\n${block(field, `${indent}  `)}`;
  const text = stringify({ [name]: field.default }, { lineWidth: 0 }).trimEnd();
  return `${about}${text.replace(/^/gm, indent)}\n`;
}

function comment(text: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + indent.length + 3 <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map(line => `${indent}# ${line}\n`).join('');
}
