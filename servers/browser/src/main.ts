#!/usr/bin/env node
import { serveAgent } from '@switchboard/kit';
import { browser } from './agent.ts';

await serveAgent(browser);
