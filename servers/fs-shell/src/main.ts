#!/usr/bin/env node
import { serveAgent } from '@switchboard/kit';
import { fsShell } from './agent.ts';

await serveAgent(fsShell);
