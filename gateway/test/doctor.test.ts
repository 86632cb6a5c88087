import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostNamed } from '../src/connect/hosts.ts';
import { checkAgents } from '../src/doctor/agents.ts';
import { checkHost } from '../src/doctor/hosts.ts';
import { checkConfig, checkHome, checkNode } from '../src/doctor/installation.ts';

const probe = fileURLToPath(new URL('./support/probe-agent.ts', import.meta.url));
const command = process.execPath;
const works = { command, args: ['--conditions=@switchboard/source', probe, '--ledger', '/dev/null'] };
let home: string;

beforeEach(() => {
	home = fs.mkdtempSync(join(tmpdir(), 'switchboard-doctor-test-'));
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

it.each([
	['20.20.2', 'problem'],
	['22.18.0', 'problem'],
	['22.19.0', 'ok'],
	['24.21.0', 'ok'],
])('says of Node %s: %s', (version, status) => {
	expect(checkNode(version).status).toBe(status);
});

it('says how to close a state folder that others may enter', () => {
	expect(checkHome(home).status).toBe('ok');
	fs.chmodSync(home, 0o755);
	expect(checkHome(home)).toMatchObject({ status: 'problem', fix: `chmod go-rwx ${home}` });
});

it('says what is wrong in a configuration', async () => {
	fs.writeFileSync(join(home, 'mcp.json'), '{"mcpServers": {"probe": {"command": 7}}}');
	expect(await checkConfig(home)).toMatchObject({ status: 'problem', found: expect.stringContaining('command') });
	expect(await checkAgents(home)).toEqual([]);
});

it('tells the Agents that start from those that do not, and why they do not', async () => {
	const mcpServers = {
		works,
		crashes: { command, args: ['-e', 'throw new TypeError("no mailbox")'] },
		missing: { command: join(home, 'nothing-here') },
	};
	fs.writeFileSync(
		join(home, 'mcp.json'),
		JSON.stringify({ mcpServers, switchboard: { agents: { works: { own: true } } } }),
	);
	const [first, second, third] = await checkAgents(home);
	expect(first).toMatchObject({ check: 'agent works', status: 'ok', found: expect.stringMatching(/^\d+ Skills/) });
	expect(second).toMatchObject({ check: 'agent crashes', status: 'problem', found: 'TypeError: no mailbox' });
	expect(third).toMatchObject({ check: 'agent missing', status: 'problem' });
});

describe('a host', () => {
	const host = hostNamed('cursor');
	let file: string;
	beforeEach(() => {
		file = join(home, 'mcp.json');
	});
	const check = () => checkHost({ host, file }, 'connect again');

	it('that was never connected is no problem', async () => {
		expect(await check()).toMatchObject({ status: 'ok', found: `not connected in ${file}` });
	});

	it('is well when its very command lists Skills with nothing around it', async () => {
		fs.writeFileSync(file, JSON.stringify({ mcpServers: { switchboard: works } }));
		expect(await check()).toMatchObject({ status: 'ok', found: expect.stringMatching(/^\d+ Skills after/) });
	});

	it('whose command has moved away is told to connect again', async () => {
		const gone = { command, args: [join(home, 'gone', 'main.js'), 'stdio'] };
		fs.writeFileSync(file, JSON.stringify({ mcpServers: { switchboard: gone } }));
		expect(await check()).toMatchObject({
			status: 'problem',
			found: expect.stringContaining('Cannot find module'),
			fix: 'connect again',
		});
	});

	it('whose file is broken is named with the place', async () => {
		fs.writeFileSync(file, '{"mcpServers": ');
		expect(await check()).toMatchObject({ status: 'problem', found: expect.stringContaining('line 1') });
	});
});
