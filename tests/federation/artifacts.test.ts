import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MailServers, startMail } from '../support/mail.ts';
import { createSwitchboard, type Switchboard, type TestHost, textOf } from '../support/switchboard.ts';

const report = randomBytes(200_000);
const sha256 = createHash('sha256').update(report).digest('hex');
let site: Server;
let mail: MailServers;
let switchboard: Switchboard;
let origin: string;

beforeAll(async () => {
	mail = await startMail();
	site = createServer((request, response) => {
		if (request.url === '/report.pdf') {
			return response
				.writeHead(200, {
					'content-type': 'application/pdf',
					'content-disposition': 'attachment; filename="report.pdf"',
				})
				.end(report);
		}
		response
			.writeHead(200, { 'content-type': 'text/html' })
			.end('<title>Reports</title><a href="/report.pdf">Report of the year</a>');
	});
	await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
	origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
	const account = (name: string) => {
		const user = mail.users.find(({ address }) => address.startsWith(name));
		if (user === undefined) throw new Error(`no ${name}`);
		const password = join(mail.folder, `${name}.secret`);
		writeFileSync(password, user.password, { mode: 0o600 });
		const server = { host: '127.0.0.1', tls: 'starttls' };
		return {
			id: name,
			kind: 'imap',
			address: user.address,
			password: `file:${password}`,
			ca: mail.ca,
			imap: { ...server, port: mail.imap.port },
			smtp: { ...server, port: mail.smtp.port },
		};
	};
	switchboard = createSwitchboard({
		agents: { browser: { allowOrigins: [origin] }, messaging: { accounts: [account('ada'), account('bob')] } },
		settings: {
			grants: [
				{ verdict: 'allow', agent: 'browser', effects: ['execute'], targets: { origin: [origin] } },
				{ verdict: 'allow', agent: 'messaging', effects: ['send'], targets: { recipient: ['bob@example.test'] } },
			],
		},
	});
});
afterAll(async () => {
	await switchboard?.close();
	site?.close();
	await mail?.stop();
});

async function ok<T>(host: TestHost, name: string, args: Record<string, unknown>): Promise<T> {
	const result: CallToolResult = await host.call(name, args);
	expect(result.isError ?? false, `${name}: ${textOf(result)}`).toBe(false);
	return result.structuredContent as T;
}

it('one file goes from a download to a mail to a record of the business store with one SHA-256', async () => {
	const host = await switchboard.stdio();
	const download = await ok<{ artifact: string; sha256: string; name: string }>(host, 'browser_download', {
		url: `${origin}/report.pdf`,
	});
	expect(download).toMatchObject({ sha256, name: 'report.pdf', artifact: `switchboard://artifact/${sha256}` });

	const draft = await ok<{ draftRef: string; hash: string; preview: string }>(host, 'msg_draft', {
		account: 'ada',
		to: ['bob@example.test'],
		subject: 'The report',
		body: 'Here it is.',
		attachments: [download.artifact],
	});
	expect(draft.preview).toContain(sha256);
	const { draftRef, hash } = draft;
	expect(await ok(host, 'msg_send', { draftRef, hash })).toMatchObject({
		status: 'sent',
		accepted: ['bob@example.test'],
	});
	await mail.arrived('bob@example.test', 1);

	const found = await ok<{ items: { ref: string }[] }>(host, 'msg_search', {
		accounts: ['bob'],
		subject: 'The report',
	});
	const read = await ok<{ attachments: { partRef: string; name: string }[] }>(host, 'msg_read', {
		ref: found.items[0]?.ref,
	});
	const received = await ok<{ uri: string; sha256: string }>(host, 'msg_attachment', {
		partRef: read.attachments[0]?.partRef,
	});
	expect(received.sha256).toBe(sha256);

	const contact = await ok<{ ref: string }>(host, 'contact_add', { name: 'Ada Example', email: 'ada@example.test' });
	expect(await ok(host, 'biz_attach', { ref: contact.ref, uri: received.uri })).toMatchObject({
		sha256,
		size: report.length,
	});
	const record = await ok<{ attachments: { sha256: string; uri: string }[] }>(host, 'biz_get', {
		ref: contact.ref,
		files: true,
	});
	expect(record.attachments).toMatchObject([{ sha256, uri: download.artifact }]);

	const resource = await host.client.readResource({ uri: download.artifact });
	const [content] = resource.contents;
	const blob = content !== undefined && 'blob' in content ? content.blob : '';
	expect(createHash('sha256').update(Buffer.from(blob, 'base64')).digest('hex')).toBe(sha256);

	const stranger = await switchboard.stdio();
	await expect(stranger.client.readResource({ uri: download.artifact })).rejects.toThrow();
});
