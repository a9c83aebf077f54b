import { Ban, Participant, Producer, Refusal, type RefusalCode, refusals } from '@parley/protocol';
import { z } from 'zod';
import { webhooks } from '../webhooks/message.ts';
import { type Operation, type OperationName, restApi } from './api.ts';
import {
  AskToUnmute,
  Bans,
  CreateRoom,
  CreateToken,
  ErrorAnswer,
  Mute,
  NewRoom,
  NewToken,
  Participants,
  Room,
  RoomPage,
  SetRole,
} from './schemas.ts';

type Json = Record<string, unknown>;

/** Schemas that have a name in the document. */
const bodies = { AskToUnmute, CreateRoom, CreateToken, Mute, SetRole };
const answers = {
  Error: ErrorAnswer,
  Refusal,
  Room,
  RoomPage,
  NewRoom,
  Participants,
  Participant,
  Bans,
  Ban,
  Producer,
  NewToken,
};

const description = `Makes rooms, looks at them, and invites people into them.

Send \`Authorization: Bearer <API key>\` with every call; a key has scopes, and every operation names the one that it asks for. Every refusal is \`{"error": {"code", "message"}}\`: the code is
for programs and stays, the message is for people. Answers may get more fields; ignore those that you do not know.`;

/** The OpenAPI 3.1 document of the REST API, made from what validates it. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const [name, operation] of Object.entries(restApi) as [OperationName, Operation][]) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describeOperation(name, operation) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Parley REST API',
      version: '1',
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'The entrance that people join at.' }],
    paths,
    webhooks: Object.fromEntries(
      Object.entries(webhooks).map(([type, schema]) => describeWebhook(type, schema)),
    ),
    components: {
      schemas: { ...named(bodies, 'input'), ...named(answers, 'output') },
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'The API key.' } },
    },
  };
}

/** The document as docs/reference/openapi.json holds it. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(), undefined, 2)}\n`;
}

function describeOperation(name: OperationName, operation: Operation): Json {
  const { tag, summary, description, scope, body, status, answer } = operation;
  return {
    operationId: name,
    tags: [tag],
    summary,
    description: [description, scope && `Asks for the scope \`${scope}\`.`].filter(Boolean).join(' '),
    security: scope ? [{ apiKey: [scope] }] : [],
    parameters: [...parameters('path', operation.params), ...parameters('query', operation.query)],
    ...(body && { requestBody: { content: content(reference(bodies, body)) } }),
    responses: {
      [status]: { description: 'Done.', ...(answer && { content: content(reference(answers, answer)) }) },
      ...refused(operation),
    },
  };
}

const webhookHeaders = {
  'webhook-id': 'The same for every try: who has seen it before need do nothing.',
  'webhook-timestamp': 'When this try was made, in seconds since 1970.',
  'webhook-signature':
    'One or two of `v1,` and the HMAC-SHA256 of id, timestamp and body, joined by dots, in base64. See https://www.standardwebhooks.com.',
};

function describeWebhook(type: string, schema: z.ZodType): [string, Json] {
  const { description, ...body } = toJson(schema, 'output');
  const post = {
    operationId: type,
    tags: ['Webhooks'],
    summary: description,
    description:
      'A message from Parley to your application. It is sent again until the answer says that it was taken.',
    security: [],
    parameters: Object.entries(webhookHeaders).map(([name, description]) => ({
      name,
      in: 'header',
      required: true,
      description,
      schema: { type: 'string' },
    })),
    requestBody: { content: content(body) },
    responses: { '2XX': { description: 'Taken.' } },
  };
  return [type, { post }];
}

function parameters(where: 'path' | 'query', { shape }: z.ZodObject): Json[] {
  return Object.entries(shape).map(([name, field]) => {
    const { description, ...schema } = toJson(field as z.ZodType, 'input');
    const required = where === 'path' || !(field as z.ZodType).safeParse(undefined).success;
    return { name, in: where, required, description, schema };
  });
}

/** The refusals of an operation by the status of their answers. */
function refused({ scope, body, perMinute, refusals: own }: Operation): Json {
  const codes: RefusalCode[] = [
    'bad_request',
    ...(scope ? (['unauthenticated', 'forbidden'] as const) : []),
    ...(body ? (['too_large'] as const) : []),
    ...(perMinute ? (['rate_limited'] as const) : []),
    ...own,
    'internal',
    'unavailable',
  ];
  const byStatus = Map.groupBy(codes, code => refusals[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => {
      const description = `Refused: ${codes.map(code => `\`${code}\``).join(', ')}.`;
      return [status, { description, content: content(reference(answers, ErrorAnswer)) }];
    }),
  );
}

const content = (schema: Json) => ({ 'application/json': { schema } });
const componentOf = (name: string) => `#/components/schemas/${name}`;

function reference(among: Record<string, z.ZodType>, schema: z.ZodType): Json {
  const name = Object.keys(among).find(name => among[name] === schema);
  if (name === undefined) throw new Error('This schema has no name in the OpenAPI document.');
  return { $ref: componentOf(name) };
}

type Direction = 'input' | 'output';

/** As JSON Schema, which OpenAPI 3.1 speaks; without bounds and patterns that say what the type or format says. */
const options = (io: Direction) =>
  ({
    io,
    override({ jsonSchema }: { jsonSchema: Json }) {
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      // Answers may get more fields.
      if (io === 'output') delete jsonSchema.additionalProperties;
      for (const key of Object.keys(jsonSchema)) if (key.startsWith('x-kubernetes-')) delete jsonSchema[key];
    },
  }) as const;

function toJson(schema: z.ZodType, io: Direction): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, options(io));
  return json;
}

function named(schemas: Record<string, z.ZodType>, io: Direction): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, { id });
  const made = z.toJSONSchema(registry, { ...options(io), uri: componentOf }).schemas;
  return Object.fromEntries(
    Object.entries(made).map(([name, { $schema: _, $id: __, ...json }]) => [name, json]),
  );
}
