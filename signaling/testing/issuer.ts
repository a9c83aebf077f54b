import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** Of the tokens that a `TestIssuer` makes. */
export const audience = 'parley';

export const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

/** An issuer with keys that can change, and that can be down, slow or wrong. */
export class TestIssuer {
  readonly #server: Server;
  readonly asked: string[] = [];
  keys: JWK[] = [];
  discovery: object = {};
  health: 'up' | 'down' | 'silent' = 'up';

  constructor() {
    this.#server = createServer(({ url = '' }, response) => {
      this.asked.push(url);
      if (this.health === 'silent') return;
      const body = url === '/jwks' ? { keys: this.keys } : this.discovery;
      response.writeHead(this.health === 'up' ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.discovery = { issuer: this.url, jwks_uri: `${this.url}/jwks` };
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async addKey(kid: string, alg: 'RS256' | 'ES256' = 'ES256') {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    this.keys.push({ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' });
    const sign = (claims: object = {}, header: object = {}) =>
      new SignJWT({ iss: this.url, aud: audience, sub: 'user-7', exp: inSeconds(60), ...claims })
        .setProtectedHeader({ alg, kid, ...header })
        .sign(privateKey);
    return { sign, publicKey };
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
