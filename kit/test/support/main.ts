import { serveAgent } from '@switchboard/kit';
import { fixture } from './fixture.ts';

await serveAgent(fixture);
