// Writes the OpenAPI document of the REST API.   usage: generate.ts
import { writeFile } from 'node:fs/promises';
import { openApiText } from './openapi.ts';

await writeFile(new URL('../../docs/reference/openapi.json', import.meta.url), openApiText());
console.log('docs/reference/openapi.json');
