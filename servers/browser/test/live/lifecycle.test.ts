import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { browse, eventually, loopback, refOf, startAgent } from '../support/browsing.ts';
import { type Site, serve } from '../support/site.ts';

let site: Site;
const toClose: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
	site = await serve({
		'/': '<button>Hello</button>',
		'/cookie': (request, response) =>
			response
				.writeHead(200, { 'content-type': 'text/html', ...(!request.headers.cookie && { 'set-cookie': 'who=me' }) })
				.end(`cookie: ${request.headers.cookie}`),
		'/loop': '<p>Looping</p><button onclick="for (;;);">Freeze</button><script>if (location.hash) for (;;);</script>',
	});
});
afterAll(() => site.close());
afterEach(async () => {
	for (const close of toClose.splice(0)) await close();
});

async function start(config: Record<string, unknown> = {}) {
	const agent = await startAgent(config);
	toClose.push(() => agent.close());
	return agent;
}

/** Processes that a process started, and what they started. */
function descendants(of: number): number[] {
	const parents = new Map<number, number[]>();
	for (const line of execFileSync('ps', ['-eo', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n')) {
		const [pid = 0, parent = 0] = line.trim().split(/\s+/).map(Number);
		if (!line.trim().endsWith('Z')) parents.set(parent, [...(parents.get(parent) ?? []), pid]);
	}
	const found: number[] = [];
	for (const todo = [...(parents.get(of) ?? [])]; todo.length > 0; ) {
		const pid = todo.pop() ?? 0;
		found.push(pid);
		todo.push(...(parents.get(pid) ?? []));
	}
	return found;
}

function isAlive(pid: number): boolean {
	try {
		return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

/** Empty for one that has gone since it was listed. */
function commandOf(pid: number): string {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		return '';
	}
}

const foldersOf = (pid: number): string[] =>
	readdirSync(tmpdir()).filter((name) => name.startsWith(`switchboard-browser-${pid}-`));

function browserOf(pid: number): number {
	// Debian starts it through a script, whose command reads the same.
	const found = descendants(pid).find((child) =>
		/^(?!\/bin\/sh)(?!.*--type=).*--remote-debugging-pipe/s.test(commandOf(child)),
	);
	expect(found, 'a browser is running').toBeDefined();
	return found ?? 0;
}

describe('sessions', () => {
	it('share one browser and neither cookies nor tabs nor refs', async () => {
		const agent = await start();
		const [one, two] = [browse(agent), browse(agent)];
		await one.open(`${site.origin}/cookie`);
		expect((await one.open(`${site.origin}/cookie`)).text).toBe('cookie: who=me');
		expect((await two.open(`${site.origin}/cookie`)).text).toBe('cookie: undefined');
		const shown = await one.open(site.origin);
		expect((await two.fault('browser_click', { ref: refOf(shown, 'Hello') })).kind).toBe('not_found');
		expect((await two.call<{ tabs: unknown[] }>('browser_tabs')).tabs).toHaveLength(1);
		expect(foldersOf(process.pid)).toHaveLength(1);
	});

	it('work at the same time, each Call by Call', async () => {
		const agent = await start();
		const pages = Array.from({ length: 3 }, () => browse(agent));
		const done = await Promise.all(
			pages.map(async (page, i) => {
				const shown = await page.open(
					site.page(
						`/count${i}`,
						`<button onclick="this.textContent = 'Session ${i}: ' + (this.n = (this.n ?? 0) + 1)">Session ${i}: 0</button>`,
					),
				);
				const ref = refOf(shown, 'Session');
				const clicks = await Promise.all(Array.from({ length: 5 }, () => page.call('browser_click', { ref })));
				return clicks.map(({ text }) => text.replace(/\[e\d+\] /, ''));
			}),
		);
		expect(done).toEqual([0, 1, 2].map((i) => [1, 2, 3, 4, 5].map((n) => `button "Session ${i}: ${n}"`)));
	});

	it('end with what they had, and begin anew under the same name', async () => {
		const agent = await start();
		const page = browse(agent);
		await page.open(`${site.origin}/cookie`);
		await page.end();
		await eventually(async () => (await page.call<{ tabs: unknown[] }>('browser_tabs')).tabs.length === 0);
		expect(await page.fault('browser_snapshot')).toMatchObject({ kind: 'not_found', message: 'No page is open.' });
		expect((await page.open(`${site.origin}/cookie`)).text).toBe('cookie: undefined');
		await page.call('browser_close');
		expect((await page.open(`${site.origin}/cookie`)).text).toBe('cookie: undefined');
	});

	it('have so many tabs and no more, also when a page opens them', async () => {
		const agent = await start({ maxTabs: 2 });
		const page = browse(agent);
		const shown = await page.open(
			site.page('/many', '<button onclick="for (let i = 0; i < 5; i++) window.open(\'/\')">Many</button>'),
		);
		const after = await page.call('browser_click', { ref: refOf(shown, 'Many') });
		await eventually(async () => (await page.call<{ tabs: unknown[] }>('browser_tabs')).tabs.length === 2);
		expect(after.tab).toBe('t2');
		expect(await page.fault('browser_open', { url: site.origin, newTab: true })).toMatchObject({
			kind: 'rate_limited',
			message: expect.stringContaining('2 tabs'),
		});
		await page.call('browser_close', { tab: 't2' });
		expect((await page.open(site.origin, { newTab: true })).text).toContain('Hello');
	});

	it('stop at once when a Call is cancelled, and go on with the next', async () => {
		const agent = await start();
		const page = browse(agent);
		await page.open(site.origin);
		const ending = new AbortController();
		const waiting = agent.client.callTool(
			{
				name: 'browser_wait',
				arguments: { text: 'never', timeoutMs: 60_000 },
				_meta: { 'switchboard/call': { id: 'c', session: page.session, principal: 'owner' } },
			},
			{ signal: ending.signal },
		);
		setTimeout(() => ending.abort(), 200);
		const started = performance.now();
		await expect(waiting).rejects.toThrow();
		expect((await page.look()).text).toContain('Hello');
		expect(performance.now() - started).toBeLessThan(5_000);
	});
});

describe('a page that never answers', () => {
	it('is ended, with its tab, and nothing else', async () => {
		const agent = await start({ timeoutMs: 1_500 });
		const [page, other] = [browse(agent), browse(agent)];
		await other.open(site.origin);
		const shown = await page.open(`${site.origin}/loop`);
		const fault = await page.fault('browser_click', { ref: refOf(shown, 'Freeze') });
		expect(fault).toMatchObject({
			kind: 'timeout',
			message: 'The page in tab t1 stopped answering, so the tab was closed.',
		});
		expect(await page.fault('browser_snapshot')).toMatchObject({ kind: 'not_found' });
		expect(await page.fault('browser_open', { url: `${site.origin}/loop#at-once` })).toMatchObject({ kind: 'timeout' });
		expect((await page.open(site.origin)).text).toContain('Hello');
		expect((await other.look()).text).toContain('Hello');
	});

	it('that only is slow to load is a timeout, and stays', async () => {
		const agent = await start({ timeoutMs: 1_000 });
		site.page(
			'/stuck',
			(_request, response) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<p>First half</p>'),
		);
		const page = browse(agent);
		await page.open(site.origin);
		expect(await page.fault('browser_open', { url: `${site.origin}/stuck` })).toMatchObject({
			kind: 'timeout',
			message: 'The page did not load in time.',
		});
		expect((await page.look()).text).toBe('First half');
	});

	it('is told of when it crashes', async () => {
		const agent = await start();
		const page = browse(agent);
		await page.open(site.origin);
		const renderers = descendants(process.pid).filter((pid) => commandOf(pid).includes('--type=renderer'));
		for (const pid of renderers) process.kill(pid, 'SIGKILL');
		expect((await page.fault('browser_snapshot')).kind).toMatch(/unavailable|not_found/);
		expect((await page.open(site.origin)).text).toContain('Hello');
	});
});

describe('the browser', () => {
	it('killed between Calls is one clear fault to each session that had pages, and the next Call starts another', async () => {
		const agent = await start();
		const [page, fresh] = [browse(agent), browse(agent)];
		const first = await page.open(site.origin);
		process.kill(browserOf(process.pid), 'SIGKILL');
		await eventually(() => foldersOf(process.pid).length === 0);
		expect((await fresh.open(site.origin)).text).toContain('Hello');
		expect(await page.fault('browser_snapshot')).toMatchObject({
			kind: 'unavailable',
			message: 'The browser ended unexpectedly, and its pages with it.',
		});
		expect(await page.fault('browser_snapshot')).toMatchObject({
			kind: 'not_found',
			message: 'No page is open: the browser ended unexpectedly.',
		});
		const second = await page.open(site.origin);
		expect(refOf(second, 'Hello')).not.toBe(refOf(first, 'Hello'));
		expect(await page.fault('browser_click', { ref: refOf(first, 'Hello') })).toMatchObject({
			message: expect.stringContaining('closed'),
		});
	});

	it('killed during a Call fails that Call, once', async () => {
		const agent = await start();
		const page = browse(agent);
		await page.open(site.origin);
		const waiting = page.fault('browser_wait', { text: 'never', timeoutMs: 20_000 });
		await new Promise((done) => setTimeout(done, 300));
		process.kill(browserOf(process.pid), 'SIGKILL');
		expect(await waiting).toMatchObject({
			kind: 'unavailable',
			message: 'The browser ended unexpectedly, and its pages with it.',
		});
		expect((await page.open(site.origin)).text).toContain('Hello');
	});

	it('is not started before the first page, and closed when idle', async () => {
		const agent = await start({ idleMs: 1_000 });
		const page = browse(agent);
		await page.call('browser_tabs');
		expect((await page.fault('browser_snapshot')).message).toBe('No page is open.');
		expect(foldersOf(process.pid)).toEqual([]);
		await page.open(site.origin);
		const pid = browserOf(process.pid);
		await eventually(() => !isAlive(pid) && foldersOf(process.pid).length === 0);
		expect(await page.fault('browser_snapshot')).toMatchObject({
			kind: 'not_found',
			message: 'No page is open: the browser was closed after a while without use.',
		});
		expect((await page.open(site.origin)).text).toContain('Hello');
	});

	it('that cannot be found is a fault with the setting, and one that does not start another', async () => {
		const none = await start({ executable: '/nowhere/chromium' });
		expect(await browse(none).fault('browser_open', { url: site.origin })).toMatchObject({
			kind: 'unavailable',
			message: 'No browser can be started at /nowhere/chromium.',
		});
		const wrong = await start({ executable: '/bin/true' });
		expect(await browse(wrong).fault('browser_open', { url: site.origin })).toMatchObject({
			kind: 'unavailable',
			message: 'The browser at /bin/true did not start.',
		});
		await eventually(() => foldersOf(process.pid).length === 0);
	});

	it.runIf(process.getuid?.() === 0)('does not start as root where its sandbox is required', async () => {
		const agent = await start({ sandbox: 'require' });
		expect(await browse(agent).fault('browser_open', { url: site.origin })).toMatchObject({
			kind: 'unavailable',
			message: expect.stringMatching(/did not start with its sandbox\.$/),
		});
	});

	it('opened and closed for forty sessions leaves nothing behind', async () => {
		const agent = await start();
		const keeper = browse(agent);
		await keeper.open(site.origin);
		const before = [descendants(process.pid).length, readdirSync('/proc/self/fd').length];
		for (let round = 0; round < 8; round += 1) {
			const pages = Array.from({ length: 5 }, () => browse(agent));
			await Promise.all(pages.map((page) => page.open(site.origin)));
			await Promise.all(pages.map((page) => page.end()));
		}
		await eventually(
			() =>
				descendants(process.pid).length <= (before[0] ?? 0) + 1 &&
				readdirSync('/proc/self/fd').length <= (before[1] ?? 0) + 2,
		);
	});
});

describe('the Agent as a program', () => {
	const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

	/** Starts it as a host does and opens a page in it. */
	async function program(folder: string): Promise<ChildProcess> {
		const child = spawn(
			process.execPath,
			['--conditions=@switchboard/source', main, ...loopback.flatMap((origin) => ['--allow-origins', origin])],
			{
				stdio: ['pipe', 'pipe', 'inherit'],
				env: { PATH: process.env.PATH, HOME: folder, SWITCHBOARD_STATE: folder, SWITCHBOARD_LOG: 'silent' },
			},
		);
		let said = '';
		child.stdout?.setEncoding('utf8').on('data', (part: string) => {
			said += part;
		});
		const send = (message: object): void =>
			void child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
		send({
			id: 1,
			method: 'initialize',
			params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'host', version: '1' } },
		});
		await eventually(() => said.includes('"id":1'));
		send({ method: 'notifications/initialized' });
		send({ id: 2, method: 'tools/call', params: { name: 'browser_open', arguments: { url: site.origin } } });
		await eventually(() => said.includes('"id":2'), 20_000);
		expect(said).toContain('Hello');
		send({ id: 3, method: 'tools/call', params: { name: 'browser_evaluate', arguments: { script: '1' } } });
		await eventually(() => said.includes('"id":3'));
		// A host that cannot be asked is refused what its owner has not allowed.
		expect(said).toContain('denied: browser_evaluate would execute');
		return child;
	}

	it.each([['SIGTERM'], ['SIGKILL'], ['end of input']] as const)(
		'ended by %s leaves no browser and no profile',
		async (how) => {
			const folder = mkdtempSync(join(tmpdir(), 'switchboard-test-'));
			const child = await program(folder);
			const pid = child.pid ?? 0;
			const all = descendants(pid);
			expect(all.length).toBeGreaterThan(2);
			expect(foldersOf(pid)).toHaveLength(1);
			const exited = once(child, 'exit');
			if (how === 'end of input') child.stdin?.end();
			else child.kill(how);
			await exited;
			await eventually(() => all.every((one) => !isAlive(one)) && foldersOf(pid).length === 0);
			rmSync(folder, { recursive: true, force: true });
		},
	);
});
