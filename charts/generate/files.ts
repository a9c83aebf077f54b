import { createHash } from 'node:crypto';
import { k6Files } from '@parley/loadtests/k6';
import { definitions } from '@parley/resources';
import { stringify } from 'yaml';
import { Values } from '../values/index.ts';
import { fieldTable } from './reference.ts';
import { helmSchema, type Schema } from './schema.ts';
import { valuesYaml } from './values-yaml.ts';

const made = 'Made by `npm run generate`; do not edit.';

/** Every file that is made from the schemas, by its path below the top folder. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const values = helmSchema(Values);
  const { $schema, ...rest } = values;
  return new Map([
    ['charts/parley/values.yaml', valuesYaml(values, `The values of the chart and their defaults. ${made}`)],
    ['charts/parley/values.schema.json', json({ $schema, title: 'Values of the chart parley', ...rest })],
    ...definitions.map(
      definition =>
        [`charts/parley/crds/${definition.spec.names.plural}.yaml`, definitionYaml(definition)] as const,
    ),
    // Helm reads what is below the chart alone.
    ['charts/parley/files/load-tests.json', json(Object.fromEntries(k6Files()))],
    ['docs/reference/values.md', valuesPage(values)],
    ['docs/reference/resources.md', resourcesPage()],
  ]);
}

const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

/** The annotation by which the chart sees whether a cluster has these very definitions. */
const hashAnnotation = 'parley.dev/definition-hash';

function definitionYaml(definition: (typeof definitions)[number]): string {
  const { metadata, ...rest } = definition;
  const hash = createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 16);
  const annotated = { ...rest, metadata: { ...metadata, annotations: { [hashAnnotation]: hash } } };
  return `# ${made}\n${stringify(annotated, { lineWidth: 0, aliasDuplicateObjects: false })}`;
}

function valuesPage(values: Schema): string {
  return `# Values of the chart

<!-- ${made} -->

${fieldTable(values)}
`;
}

function resourcesPage(): string {
  const kinds = definitions.map(({ spec }) => {
    const [version] = spec.versions;
    const schema = version?.schema.openAPIV3Schema as Schema;
    const scope = spec.scope === 'Namespaced' ? 'lives in a namespace' : 'belongs to the whole cluster';
    return `## ${spec.names.kind}

${schema.description} It ${scope}. \`kubectl explain ${spec.names.singular}.spec\` tells the same.

${fieldTable({ properties: { spec: schema.properties?.spec ?? {} } })}

${fieldTable({ properties: { status: schema.properties?.status ?? {} } })}
`;
  });
  return `# Resources

<!-- ${made} -->

Every field of \`parley.dev/v1alpha1\`.

${kinds.join('\n')}`;
}
