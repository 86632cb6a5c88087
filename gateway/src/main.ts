#!/usr/bin/env node
import { main } from './cli/main.ts';
import { openGateway } from './open-gateway.ts';

process.exitCode = await main(process.argv.slice(2), { openGateway });
