#!/usr/bin/env node
import { serveAgent } from '@switchboard/kit';
import { business } from './agent.ts';

await serveAgent(business);
