import { boundsOf, type Schema, typeOf } from './schema.ts';

interface Row {
  path: string;
  type: string;
  default: string;
  about: string;
}

/** A table of all fields below a schema, in their order. */
export function fieldTable(schema: Schema, below = ''): string {
  const rows = rowsOf(schema, below);
  const line = ({ path, type, default: standard, about }: Row) =>
    `| \`${path}\` | ${cell(type)} | ${standard} | ${cell(about)} |`;
  return ['| Field | Type | Default | Means |', '| --- | --- | --- | --- |', ...rows.map(line)].join('\n');
}

function rowsOf(schema: Schema, path: string): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = path ? `${path}.${name}` : name;
    return [rowOf(field, here), ...childrenOf(field, here)];
  });
}

function childrenOf(field: Schema, path: string): Row[] {
  if (field.properties) return rowsOf(field, path);
  if (field.items?.properties) return rowsOf(field.items, `${path}[]`);
  const map = field.additionalProperties;
  return typeof map === 'object' && map.properties ? rowsOf(map, `${path}.<name>`) : [];
}

function rowOf(field: Schema, path: string): Row {
  const bounds = boundsOf(field);
  return {
    path,
    type: field.properties ? 'object' : `${typeOf(field)}${bounds ? `; ${bounds}` : ''}`,
    default:
      field.default === undefined || field.properties ? '' : `\`${cell(JSON.stringify(field.default))}\``,
    about: field.description ?? '',
  };
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
