export {
  type Credentials,
  type Endpoint,
  parseRedisUrl,
  type RedisAddress,
  RedisUrlError,
} from './address.ts';
export { getAll, onServersChanged, scanKeys } from './commands.ts';
export { createRedis, type RedisClient, type RedisClientOptions, type RedisServer } from './connect.ts';
export { redisCaFile, redisUrl } from './settings.ts';
