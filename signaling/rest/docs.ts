import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { openApiDocument } from './openapi.ts';

const documentUrl = '/v1/openapi.json';

/** What the page may do: nothing of it comes from, or goes to, anywhere else. */
const contentSecurityPolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': "'self'",
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'none'",
};

/** Adds the OpenAPI document and a page to read it and try it out. Both are for anyone, as they hold no secret. */
export async function addDocs(app: FastifyInstance): Promise<void> {
  const document = openApiDocument();
  app.get(documentUrl, () => document);
  await app.register(async docs => {
    await docs.register(swagger, { mode: 'static', specification: { document: document as never } });
    await docs.register(swaggerUi, {
      routePrefix: '/v1/docs',
      theme: { title: 'Parley REST API' },
      staticCSP: contentSecurityPolicy,
      uiConfig: { layout: 'BaseLayout', validatorUrl: null, deepLinking: true, tryItOutEnabled: true },
    });
  });
}
