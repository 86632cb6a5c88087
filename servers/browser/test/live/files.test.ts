import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createArtifacts } from '@switchboard/kit/artifacts';
import type { TestAgent } from '@switchboard/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { browse, refOf, startAgent } from '../support/browsing.ts';
import { type Route, type Site, serve } from '../support/site.ts';

const report = Buffer.from('a,b\n1,2\n');
const sha256 = createHash('sha256').update(report).digest('hex');

interface Downloaded {
	readonly artifact: string;
	readonly name: string;
	readonly mimeType: string;
	readonly size: number;
	readonly sha256: string;
	readonly origin: string;
}

const send =
	(headers: Record<string, string>, body: string | Buffer = report): Route =>
	(_request, response) =>
		response.writeHead(200, headers).end(body);

let agent: TestAgent;
let site: Site;

beforeAll(async () => {
	site = await serve({
		'/report': send({
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': 'attachment; filename="../../re port.csv"',
		}),
		'/shown.txt': send({ 'content-type': 'text/plain' }),
		'/unnamed': send({ 'content-type': 'application/octet-stream' }),
		'/mine': (request, response) =>
			response.writeHead(200, { 'content-type': 'text/plain' }).end(`cookie: ${request.headers.cookie}`),
		'/huge': (_request, response) => {
			response.writeHead(200, { 'content-type': 'application/zip', 'content-disposition': 'attachment' });
			const more = (): void => {
				if (!response.destroyed) response.write(Buffer.alloc(256 * 1024), () => setTimeout(more, 5));
			};
			more();
		},
		'/broken': (_request, response) => {
			response.writeHead(200, {
				'content-type': 'application/zip',
				'content-disposition': 'attachment',
				'content-length': '1000',
			});
			response.write('x', () => setTimeout(() => response.destroy(), 100));
		},
		'/upload': (request, response) => {
			let body = '';
			request.setEncoding('utf8').on('data', (part: string) => {
				body += part;
			});
			request.on('end', () => response.writeHead(200, { 'content-type': 'text/html' }).end(`<pre>${body}</pre>`));
		},
	});
	agent = await startAgent({ maxDownloadBytes: 2_000_000, timeoutMs: 4_000 });
});
afterAll(async () => {
	await agent.close();
	await site.close();
});

/** An artifact of a Session as another Agent would have made it. */
function put(session: string, name: string, content: string) {
	return createArtifacts(join(agent.stateFolder, 'artifacts'))
		.of(session)
		.put(content, { name, mimeType: 'text/plain', source: 'own' });
}

describe('a download', () => {
	it('becomes an artifact of the session, with name, type, digest and origin', async () => {
		const page = browse(agent);
		const shown = await page.open(site.page('/', '<a href="/report">Report</a>'));
		const got = await page.call<Downloaded>('browser_download', { ref: refOf(shown, 'Report') });
		expect(got).toMatchObject({
			mimeType: 'text/csv',
			size: report.length,
			sha256,
			origin: `${site.origin}/report`,
			artifact: `switchboard://artifact/${sha256}`,
		});
		expect(got.name).toMatch(/^[^/\\]*re port\.csv$/);
		const kept = await createArtifacts(join(agent.stateFolder, 'artifacts')).of(page.session).resolve(got.artifact);
		expect(readFileSync(kept.path)).toEqual(report);
		expect(kept.source).toBe('outside');
		expect((await page.look()).url).toBe(`${site.origin}/`);
	});

	it('is made of an address the browser would show, with the session’s cookies, in no tab of its own', async () => {
		const page = browse(agent);
		await page.open(site.page('/sign-in', '<script>document.cookie = "user=ann"</script>in'));
		const got = await page.call<Downloaded>('browser_download', { url: `${site.origin}/shown.txt` });
		expect(got).toMatchObject({ name: 'shown.txt', mimeType: 'text/plain', sha256 });
		const mine = await page.call<Downloaded>('browser_download', { url: `${site.origin}/mine` });
		expect(mine.sha256).toBe(createHash('sha256').update('cookie: user=ann').digest('hex'));
		expect((await page.call<{ tabs: unknown[] }>('browser_tabs')).tabs).toHaveLength(1);
		expect((await page.call<Downloaded>('browser_download', { url: `${site.origin}/unnamed` })).mimeType).toMatch(
			/octet-stream|plain|csv/,
		);
	});

	it('may be what a script makes, or what a new window gives', async () => {
		const page = browse(agent);
		const shown = await page.open(
			site.page(
				'/made',
				`<button onclick="const a = document.createElement('a'); a.href = window.URL.createObjectURL(new Blob(['a,b\\n1,2\\n'], { type: 'text/csv' })); a.download = 'made.csv'; a.click()">Make</button><a href="/report" target="_blank">Window</a>`,
			),
		);
		expect(await page.call<Downloaded>('browser_download', { ref: refOf(shown, 'Make') })).toMatchObject({
			name: 'made.csv',
			mimeType: 'text/csv',
			sha256,
		});
		expect(await page.call<Downloaded>('browser_download', { ref: refOf(shown, 'Window') })).toMatchObject({ sha256 });
	});

	it('is stopped where it is too large, breaks off, or is none', async () => {
		const page = browse(agent);
		const shown = await page.open(site.page('/bad', '<a href="/huge">Huge</a><button>Nothing</button>'));
		expect(await page.fault('browser_download', { ref: refOf(shown, 'Huge') })).toMatchObject({
			kind: 'too_large',
			message: expect.stringContaining('2000000 bytes'),
		});
		expect(await page.fault('browser_download', { url: `${site.origin}/huge` })).toMatchObject({ kind: 'too_large' });
		expect(await page.fault('browser_download', { url: `${site.origin}/broken` })).toMatchObject({
			kind: 'unavailable',
		});
		expect(await page.fault('browser_download', { url: `${site.origin}/missing` })).toMatchObject({
			kind: 'not_found',
			message: 'The server answered 404 instead of a file.',
		});
		expect(await page.fault('browser_download', {})).toMatchObject({ kind: 'invalid_input' });
		expect((await page.look()).text).toContain('Huge');
	});

	it('that nobody asked for is stopped and told of', async () => {
		const page = browse(agent);
		const shown = await page.open(site.page('/drive-by', '<a href="/report">Report</a>'));
		const after = await page.call('browser_click', { ref: refOf(shown, 'Report') });
		const notes = [...(after.notes ?? []), ...((await page.look()).notes ?? [])];
		expect(notes).toEqual([expect.stringContaining('began a download, which was stopped')]);
		expect(await page.fault('browser_open', { url: `${site.origin}/report` })).toMatchObject({
			kind: 'unsupported',
			hint: expect.stringContaining('browser_download'),
		});
	});

	it('leaves no file beside the artifact', async () => {
		const page = browse(agent);
		await page.open(site.page('/left', 'x'));
		await page.call('browser_download', { url: `${site.origin}/shown.txt` });
		const folder = readdirSync(tmpdir()).find((name) => name.startsWith(`switchboard-browser-${process.pid}-`)) ?? '';
		expect(readdirSync(join(tmpdir(), folder, 'downloads'))).toEqual([]);
	});
});

describe('an upload', () => {
	it('takes artifacts alone, under their names, through inputs plain, labelled, hidden behind a button, or in a frame', async () => {
		const page = browse(agent);
		const { uri } = await put(page.session, 'hello.txt', 'hello');
		const { uri: other } = await put(page.session, 'other.txt', 'other');
		const input = (id: string, more = ''): string =>
			`<input type="file" id="${id}" ${more} onchange="out.textContent += ' ${id}:' + [...this.files].map((f) => f.name + f.size).join()">`;
		const shown = await page.open(
			site.page(
				'/form',
				`<p id="out"></p>${input('plain', 'aria-label="Plain" multiple')}
				<label for="hid">Choose a file</label>${input('hid', 'style="display:none"')}
				<button onclick="third.click()">Browse</button>${input('third', 'style="display:none"')}
				<iframe srcdoc="<input type=file aria-label=Framed onchange='parent.out.textContent += this.files[0].name'>"></iframe><button>Dead</button>`,
			),
		);
		await page.call('browser_upload', { ref: refOf(shown, 'Plain'), artifacts: [uri, other] });
		await page.call('browser_upload', { ref: refOf(shown, 'Choose a file'), artifacts: [uri] });
		await page.call('browser_upload', { ref: refOf(shown, 'Framed'), artifacts: [other] });
		const after = await page.act({ action: 'upload', ref: refOf(shown, 'Browse'), values: [other] });
		expect(after.text).toContain('plain:hello.txt5,other.txt5 hid:hello.txt5other.txt third:other.txt5');
		expect(await page.fault('browser_upload', { ref: refOf(shown, 'Dead'), artifacts: [uri] })).toMatchObject({
			kind: 'invalid_input',
			message: expect.stringContaining('asked for no file'),
		});
		expect(
			await page.fault('browser_upload', { ref: refOf(shown, 'Choose a file'), artifacts: [uri, other] }),
		).toMatchObject({ kind: 'invalid_input', message: expect.stringContaining('takes one file') });
	});

	it('arrives at the server whole, and says beforehand what goes where', async () => {
		const page = browse(agent);
		const { uri } = await put(page.session, 'note.txt', 'the whole note');
		const shown = await page.open(
			site.page(
				'/send',
				'<form action="/upload" method="post" enctype="multipart/form-data"><input type="file" name="f" aria-label="File"><button>Send</button></form>',
			),
		);
		const ref = refOf(shown, 'File');
		const prepared = await agent.prepare('browser_upload', { ref, artifacts: [uri] }, { session: page.session });
		expect(prepared).toMatchObject({
			effect: 'execute',
			targets: [
				{ kind: 'origin', value: site.origin },
				{ kind: 'artifact', value: uri },
			],
		});
		expect(prepared.preview).toContain('give "note.txt" (14 bytes) to file "File"');
		await page.call('browser_upload', { ref, artifacts: [uri] });
		const sent = await page.call('browser_click', { ref: refOf(shown, 'Send') });
		expect(sent.text).toContain('filename="note.txt"');
		expect(sent.text).toContain('the whole note');
	});

	it('takes no path, and no artifact of another session', async () => {
		const page = browse(agent);
		const file = join(agent.stateFolder, 'secret.txt');
		writeFileSync(file, 'secret');
		const { uri } = await put('somebody-else', 'theirs.txt', 'theirs');
		const shown = await page.open(site.page('/in', '<input type="file" aria-label="File">'));
		const ref = refOf(shown, 'File');
		expect(await page.fault('browser_upload', { ref, artifacts: [file] })).toMatchObject({ kind: 'invalid_input' });
		expect(await page.fault('browser_upload', { ref, artifacts: [`file://${file}`] })).toMatchObject({
			kind: 'invalid_input',
		});
		expect(await page.fault('browser_upload', { ref, artifacts: [uri] })).toMatchObject({ kind: 'not_found' });
	});
});
