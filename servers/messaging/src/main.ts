#!/usr/bin/env node
import { serveAgent } from '@switchboard/kit';
import { messaging } from './agent.ts';

await serveAgent(messaging);
