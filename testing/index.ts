export * from './ports.ts';
export * from './redis.ts';
export { type RedisKind, redisKinds, type SecureRedis, startSecureRedis } from './redis-secure.ts';
export * from './rough-network.ts';
export * from './wait.ts';
