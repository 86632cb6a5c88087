import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { metaKeys } from '@switchboard/kit/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
	environmentFor,
	isAlive,
	legacyEra,
	mainFile,
	modernEra,
	nodeArgs,
	run,
	type Scratch,
	scratch,
	startHost,
	until,
} from './support/host.ts';

let at: Scratch;
beforeEach(() => {
	at = scratch();
});
afterEach(() => at.remove());

const callOn = async (host: Awaited<ReturnType<typeof startHost>>, name: string, text: string) =>
	host.client.callTool({ name, arguments: { text } });

describe('an Agent started alone', () => {
	it('does unasked what its owner allowed on the command line, and nothing else', async () => {
		const host = await startHost(at, { era: legacyEra, args: ['--allow', 'read,send'] });
		expect((await callOn(host, 'fixture_send', 'hello')).structuredContent).toEqual({ text: 'hello' });
		expect((await callOn(host, 'fixture_note', 'x'))._meta?.[metaKeys.fault]).toMatchObject({ kind: 'denied' });
		await host.close();
		expect(at.ledger()).toEqual(['opened', 'send hello', 'closed']);
	});

	it('opens its record of effects only for an effect that is final', async () => {
		const host = await startHost(at, { era: modernEra, args: ['--allow=read,write', '--allow', 'send'] });
		const claims = join(at.folder, 'state', 'claims.db');
		await callOn(host, 'fixture_note', 'x');
		expect(existsSync(claims)).toBe(false);
		await callOn(host, 'fixture_send', 'x');
		expect(existsSync(claims)).toBe(true);
		await host.close();
	});

	it('says that its ports could not be opened, and tries again with the next call', async () => {
		const host = await startHost(at, { era: legacyEra, env: { SWITCHBOARD_FIXTURE_PORTS: 'fail' } });
		for (let again = 0; again < 2; again += 1) {
			const { _meta } = await callOn(host, 'fixture_echo', 'x');
			expect(_meta?.[metaKeys.fault]).toMatchObject({ kind: 'unavailable', message: 'The ledger is locked.' });
		}
		expect((await host.client.listTools()).tools).toHaveLength(9);
		await host.close();
	});

	it('removes the files of its Session when its host goes', async () => {
		const host = await startHost(at, { era: legacyEra });
		await host.client.callTool({ name: 'fixture_file', arguments: { size: 3 } });
		await host.close();
		await until(() => !isAlive(host.pid));
		const { readdirSync } = await import('node:fs');
		expect(readdirSync(join(at.folder, 'state', 'artifacts'))).toEqual([]);
	});
});

describe('the end of an Agent', () => {
	const startBare = () =>
		spawn(process.execPath, [...nodeArgs, mainFile], { env: environmentFor(at), stdio: ['pipe', 'pipe', 'ignore'] });
	const initialize = `${JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: legacyEra, capabilities: {}, clientInfo: { name: 'bare', version: '1' } } })}\n`;
	const echo = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'fixture_echo', arguments: { text: 'x' } } })}\n`;

	async function served() {
		const child = startBare();
		child.stdin.write(initialize);
		await once(child.stdout, 'data');
		child.stdin.write(echo);
		await once(child.stdout, 'data');
		return child;
	}

	it('comes in order when its host closes its input', async () => {
		const child = await served();
		child.stdin.end();
		expect(await once(child, 'exit')).toEqual([0, null]);
		expect(at.ledger()).toEqual(['opened', 'closed']);
	});

	it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('comes in order on %s', async (signal) => {
		const child = await served();
		child.kill(signal);
		expect(await once(child, 'exit')).toEqual([0, null]);
		expect(at.ledger()).toEqual(['opened', 'closed']);
	});

	it('comes also when its host stops reading, and a call is running', async () => {
		const child = await served();
		child.stdin.write(echo.replace('fixture_echo', 'fixture_slow').replace('"text":"x"', '"steps":[1]'));
		await until(() => at.ledger().includes('slow begun'));
		child.stdout.destroy();
		child.stdin.destroy();
		expect((await once(child, 'exit'))[1]).toBe(null);
		expect(at.ledger().slice(-2).sort()).toEqual(['closed', 'slow cancelled']);
	});

	it('does not come from what is no message', async () => {
		const child = await served();
		const garbage = [
			'',
			'not json',
			'{',
			'[]',
			'null',
			'{"jsonrpc":"2.0"}',
			'{"jsonrpc":"2.0","id":null,"method":"x"}',
		];
		garbage.push(
			'{"jsonrpc":"2.0","id":9,"result":{}}',
			'\u0000\u00ff',
			`${'['.repeat(10_000)}`,
			'{"jsonrpc":"2.0","id":2,"method":"tools/call"}',
		);
		for (const line of garbage) child.stdin.write(`${line}\n`);
		child.stdin.write(echo.replace('"id":1', '"id":3'));
		let said = '';
		for await (const chunk of child.stdout) {
			said += chunk;
			if (said.includes('"id":3')) break;
		}
		const messages = said
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as { id: unknown; error?: { code: number } });
		expect(messages.find(({ id }) => id === 2)?.error?.code).toBe(-32602);
		child.kill();
		await once(child, 'exit');
	});

	it('comes when its host is killed', async () => {
		const holder = spawn(
			process.execPath,
			[
				'--eval',
				`const c = require('node:child_process').spawn(process.execPath, ${JSON.stringify([...nodeArgs, mainFile])}, { stdio: ['pipe', 'ignore', 'ignore'] }); c.stdin.write(${JSON.stringify(initialize + echo)}); console.log(c.pid)`,
			],
			{ env: environmentFor(at), stdio: ['ignore', 'pipe', 'inherit'] },
		);
		const [line] = (await once(holder.stdout, 'data')) as [Buffer];
		const pid = Number(line.toString());
		await until(() => at.ledger().includes('opened'));
		holder.kill('SIGKILL');
		await until(() => !isAlive(pid));
		expect(at.ledger()).toEqual(['opened', 'closed']);
	});
});

describe('the command line of an Agent', () => {
	it('prints its help and its version and opens nothing', async () => {
		const help = await run(at, ['--help']);
		expect(help).toMatchObject({ code: 0, stderr: '' });
		expect(help.stdout).toContain('--ledger');
		expect(help.stdout).toContain('--http PORT');
		expect(await run(at, ['--version'])).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
		expect(existsSync(at.ledgerFile)).toBe(false);
	});

	it.each([
		[['--nonsense'], /--nonsense.*--help/s],
		[['--allow', 'everything'], /--allow/],
		[['--http', 'loud'], /--http/],
		[['--config', '/nonexistent.json'], /nonexistent/],
		[['--deep', '{"size":"big"}'], /deep\.size/],
	])('ends with code 2 and one readable line on %j', async (args, message) => {
		const { code, stdout, stderr } = await run(at, args);
		expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
		expect(stderr).toMatch(message);
		expect(stderr.trim().split('\n')).toHaveLength(1);
	});

	it('refuses a bearer token that is easily guessed', async () => {
		const { code, stderr } = await run(at, ['--http', '0'], { SWITCHBOARD_TOKEN: 'short' });
		expect(code).toBe(2);
		expect(stderr).toContain('SWITCHBOARD_TOKEN');
	});
});
