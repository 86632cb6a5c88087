import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, createServer, type TLSSocket } from 'node:tls';
import type { MailServers } from '../../../tests/support/mail.ts';

/** When the line to the client is cut. */
export type Cut = 'never' | 'at-recipient' | 'before-end-of-content' | 'after-content';

export interface SmtpProxy {
	readonly port: number;
	cut: Cut;
	/** Connections that were cut. */
	readonly cuts: () => number;
	close(): Promise<void>;
}

/** Stands between a client and Postfix, both sides encrypted, and loses the connection where it is told to. */
export async function startSmtpProxy(servers: MailServers): Promise<SmtpProxy> {
	const read = (name: string) => readFileSync(join(servers.folder, name));
	const open = new Set<Socket>();
	let cuts = 0;
	const proxy = { cut: 'never' as Cut };
	const server = createServer({ key: read('tls.key'), cert: read('tls.crt') }, (client) => {
		relay(client).catch(() => client.destroy());
	});

	async function relay(client: TLSSocket): Promise<void> {
		open.add(client);
		client.on('error', () => {});
		const upstream = await upstreamOf(servers);
		open.add(upstream);
		upstream.on('error', () => client.destroy());
		upstream.once('close', () => client.destroy());
		client.once('close', () => upstream.end());
		let content = false;
		let sent = '';
		let awaitingEnd = false;
		const sever = () => {
			cuts += 1;
			client.destroy();
			upstream.destroy();
		};
		upstream.on('data', (chunk: Buffer) => {
			// The server has the whole message and says so; its client never hears it.
			if (awaitingEnd) return sever();
			if (proxy.cut !== 'never' && chunk.toString('latin1').includes('354 ')) content = true;
			client.write(chunk);
		});
		client.write('220 proxy ESMTP\r\n');
		client.on('data', (chunk: Buffer) => {
			sent = (sent + chunk.toString('latin1')).slice(-200_000);
			if (proxy.cut === 'at-recipient' && /^RCPT/im.test(sent)) return sever();
			if (content && proxy.cut === 'before-end-of-content') return void (sent.includes('\r\n.\r\n') && sever());
			if (content && proxy.cut === 'after-content' && sent.endsWith('\r\n.\r\n')) awaitingEnd = true;
			upstream.write(chunk);
		});
	}

	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	return Object.assign(proxy, {
		port: (server.address() as { port: number }).port,
		cuts: () => cuts,
		async close() {
			for (const socket of open) socket.destroy();
			await new Promise((closed) => server.close(closed));
		},
	});
}

/** A connection to Postfix that has said hello and is encrypted. */
async function upstreamOf(servers: MailServers): Promise<TLSSocket> {
	const plain = connectTcp(servers.smtp.port, '127.0.0.1');
	await once(plain, 'data');
	for (const command of ['EHLO proxy\r\n', 'STARTTLS\r\n']) {
		plain.write(command);
		await once(plain, 'data');
	}
	const secure = connectTls({ socket: plain, ca: readFileSync(servers.ca), host: '127.0.0.1' });
	await once(secure, 'secureConnect');
	return secure;
}
