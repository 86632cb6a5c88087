import { firstSchema } from './schema-1.ts';

/** Applied in order, each once; the file remembers how many it has had. A published one is never edited. */
export const migrations: readonly string[] = [firstSchema];
