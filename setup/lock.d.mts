export function withLock<T>(file: string, waiting: string, work: () => Promise<T>): Promise<T>;
