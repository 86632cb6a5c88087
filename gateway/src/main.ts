#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { homeFolder } from './home.ts';

// Halves the start, which every host and every command waits for. In the home, since what lies there is run.
const home = homeFolder();
if (existsSync(home)) enableCompileCache(join(home, 'cache'));

const [{ main }, { openGateway }] = await Promise.all([import('./cli/main.ts'), import('./open-gateway.ts')]);
process.exitCode = await main(process.argv.slice(2), { openGateway });
