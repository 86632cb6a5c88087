import { execFile, spawn } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Debian packages that hold the servers; `scripts/test.mjs` installs them. */
export const mailPackages = ['dovecot-imapd', 'dovecot-lmtpd', 'postfix'];

export interface MailUser {
	readonly address: string;
	readonly password: string;
}

/** A real Dovecot and a real Postfix on loopback, delivering `example.test` to each other and nothing anywhere else. */
export interface MailServers {
	readonly folder: string;
	/** The authority that signed the servers' certificate. */
	readonly ca: string;
	readonly imap: { readonly port: number; readonly tlsPort: number };
	readonly smtp: { readonly port: number };
	readonly users: readonly MailUser[];
	/** The messages that a user's folder has on disk; `INBOX` where no folder is named. */
	messages(address: string, folder?: string): readonly string[];
	/** Puts raw messages into a user's folder without a server's help. */
	place(address: string, messages: readonly string[], folder?: string): Promise<void>;
	/** Waits until a folder has so many messages. */
	arrived(address: string, count: number, folder?: string): Promise<void>;
	/** Ends a user's connections, as a restart of the server would. */
	kick(address: string): Promise<void>;
	stop(): Promise<void>;
}

const defaultUsers: readonly MailUser[] = ['ada', 'bob', 'eve'].map((name) => ({
	address: `${name}@example.test`,
	password: `${name}-password`,
}));

/** Starts both servers, all their state in a folder of their own. Needs root, as Postfix does. */
export async function startMail(users: readonly MailUser[] = defaultUsers): Promise<MailServers> {
	for (const program of ['/usr/sbin/dovecot', '/usr/sbin/postfix']) {
		if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install -y ${mailPackages.join(' ')}`);
	}
	const folder = mkdtempSync(join(tmpdir(), 'switchboard-mail-'));
	chmodSync(folder, 0o755);
	const [imap, imaps, smtp, lmtp] = await freePorts(4);
	if (imap === undefined || imaps === undefined || smtp === undefined || lmtp === undefined)
		throw new Error('no free ports');
	await makeCertificates(folder);
	await startDovecot(folder, users, { imap, imaps, lmtp });
	await startPostfix(folder, users, { smtp, lmtp }).catch(async (error: unknown) => {
		await endDaemon(join(folder, 'run', 'master.pid'), 'SIGKILL');
		throw error;
	});

	function maildir(address: string, name = 'INBOX'): string {
		return join(folder, 'mail', address, 'Maildir', name === 'INBOX' ? '' : `.${name}`);
	}

	function messages(address: string, name?: string): string[] {
		return ['new', 'cur'].flatMap((sub) => {
			const path = join(maildir(address, name), sub);
			return existsSync(path) ? readdirSync(path).map((file) => readFileSync(join(path, file), 'utf8')) : [];
		});
	}

	let placed = 0;
	return {
		folder,
		ca: join(folder, 'ca.crt'),
		imap: { port: imap, tlsPort: imaps },
		smtp: { port: smtp },
		users,
		messages,
		async place(address, texts, name) {
			const path = maildir(address, name);
			for (const sub of ['new', 'cur', 'tmp']) mkdirSync(join(path, sub), { recursive: true });
			const started = Date.now() - texts.length * 1_000;
			for (const [index, text] of texts.entries()) {
				// Dovecot takes the time of arrival from the file, and numbers files in the order of their names.
				const at = Math.floor((started + index * 1_000) / 1_000);
				const file = join(path, 'new', `${at}.P${String(placed++).padStart(8, '0')}.test`);
				writeFileSync(file, text.replaceAll(/\r?\n/g, '\r\n'));
			}
			await run('chown', ['-R', 'mail:mail', join(folder, 'mail')]);
		},
		async arrived(address, count, name) {
			for (let tries = 0; tries < 200; tries++) {
				if (messages(address, name).length >= count) return;
				await wait(25);
			}
			throw new Error(`${messages(address, name).length} of ${count} messages arrived for ${address}`);
		},
		async kick(address) {
			await run('doveadm', ['-c', join(folder, 'dovecot.conf'), 'kick', address]);
		},
		async stop() {
			await Promise.all([
				endDaemon(join(folder, 'postfix', 'queue', 'pid', 'master.pid'), 'SIGTERM'),
				// Asked kindly, Dovecot takes a second; there is nothing here that it would have to save.
				endDaemon(join(folder, 'run', 'master.pid'), 'SIGKILL'),
			]);
			rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
		},
	};
}

/** Ports that were free a moment ago, no two alike. */
async function freePorts(count: number): Promise<number[]> {
	const servers = await Promise.all(
		Array.from({ length: count }, async () => {
			const server = createServer();
			await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
			return server;
		}),
	);
	const ports = servers.map((server) => (server.address() as { port: number }).port);
	await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
	return ports;
}

async function makeCertificates(folder: string): Promise<void> {
	const at = (name: string) => join(folder, name);
	const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
	await run('openssl', [
		'req',
		'-x509',
		...key,
		'-days',
		'30',
		'-subj',
		'/CN=Test authority',
		'-keyout',
		at('ca.key'),
		'-out',
		at('ca.crt'),
	]);
	await run('openssl', ['req', ...key, '-subj', '/CN=localhost', '-keyout', at('tls.key'), '-out', at('tls.csr')]);
	writeFileSync(at('tls.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
	const signed = ['-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('tls.ext')];
	await run('openssl', ['x509', '-req', '-days', '30', '-in', at('tls.csr'), '-out', at('tls.crt'), ...signed]);
}

async function startDovecot(
	folder: string,
	users: readonly MailUser[],
	ports: { imap: number; imaps: number; lmtp: number },
): Promise<void> {
	for (const sub of ['run', 'state', 'mail']) mkdirSync(join(folder, sub));
	await run('chown', ['mail:mail', join(folder, 'mail')]);
	writeFileSync(
		join(folder, 'users'),
		users.map(({ address, password }) => `${address}:{PLAIN}${password}::::::\n`).join(''),
	);
	const { publicKey, privateKey } = await jwtKeys();
	const keys = join(folder, 'jwt', 'default', 'RS256');
	mkdirSync(keys, { recursive: true });
	writeFileSync(join(keys, 'default'), publicKey);
	writeFileSync(join(folder, 'jwt.key'), privateKey);
	writeFileSync(join(folder, 'oauth2.conf'), oauth2Config(folder));
	writeFileSync(join(folder, 'dovecot.conf'), dovecotConfig(folder, ports));
	await startDaemon('dovecot', ['-c', join(folder, 'dovecot.conf')]);
	await answers(ports.imap);
}

async function jwtKeys() {
	const { generateKeyPairSync } = await import('node:crypto');
	return generateKeyPairSync('rsa', {
		modulusLength: 2_048,
		publicKeyEncoding: { type: 'spki', format: 'pem' },
		privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
	});
}

/** An access token that these servers accept from this user for ten minutes. */
export async function accessTokenFor({ folder }: Pick<MailServers, 'folder'>, address: string): Promise<string> {
	const { sign } = await import('node:crypto');
	const now = Math.floor(Date.now() / 1_000);
	const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
	const claims = {
		iss: 'test',
		sub: address,
		email: address,
		scope: 'mail',
		iat: now - 5,
		nbf: now - 5,
		exp: now + 600,
	};
	const head = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'default' })}.${encode(claims)}`;
	return `${head}.${sign('RSA-SHA256', Buffer.from(head), readFileSync(join(folder, 'jwt.key'))).toString('base64url')}`;
}

async function startPostfix(
	folder: string,
	users: readonly MailUser[],
	ports: { smtp: number; lmtp: number },
): Promise<void> {
	const root = join(folder, 'postfix');
	for (const sub of ['', 'etc', 'queue', 'data', 'log']) mkdirSync(join(root, sub), { mode: 0o755 });
	await run('chown', ['postfix', join(root, 'data')]);
	writeFileSync(join(root, 'etc', 'main.cf'), postfixConfig(folder, ports.lmtp));
	writeFileSync(join(root, 'etc', 'vmailbox'), users.map(({ address }) => `${address} x\n`).join(''));
	writeFileSync(join(root, 'etc', 'master.cf'), postfixServices(ports.smtp));
	// Postfix waits until its settings are two seconds old, lest they are still being written.
	const earlier = Date.now() / 1_000 - 10;
	for (const name of ['main.cf', 'master.cf', 'vmailbox']) utimesSync(join(root, 'etc', name), earlier, earlier);
	await startDaemon('postfix', ['-c', join(root, 'etc'), 'start']);
	await answers(ports.smtp);
}

/** Daemons keep the output they were started with, so a pipe to them would never end. */
async function startDaemon(program: string, args: readonly string[]): Promise<void> {
	const code = await new Promise((ended, failed) => {
		spawn(program, args, { stdio: 'ignore' }).once('error', failed).once('exit', ended);
	});
	if (code !== 0) throw new Error(`${program} did not start: exit ${code}`);
}

async function answers(port: number): Promise<void> {
	const { connect } = await import('node:net');
	for (let tries = 0; tries < 200; tries++) {
		const greeted = await new Promise<boolean>((settle) => {
			const socket = connect(port, '127.0.0.1');
			const done = (value: boolean) => {
				socket.destroy();
				settle(value);
			};
			socket.setTimeout(2_000, () => done(false));
			socket.once('data', () => done(true)).once('error', () => done(false));
		});
		if (greeted) return;
		await wait(25);
	}
	throw new Error(`nothing answers on port ${port}`);
}

/** Ends a master process and with it its children; one that whoever adopted it has yet to bury counts as gone. */
async function endDaemon(pidFile: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
	if (!existsSync(pidFile)) return;
	const pid = Number(readFileSync(pidFile, 'utf8').trim());
	const isAlive = () =>
		existsSync(`/proc/${pid}/stat`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	for (let tries = 0; tries < 400 && isAlive(); tries++) {
		if (tries % 200 === 0) process.kill(pid, tries === 0 ? signal : 'SIGKILL');
		await wait(10);
	}
}

function oauth2Config(folder: string): string {
	return `introspection_mode = local
local_validation_key_dict = fs:posix:prefix=${folder}/jwt/
username_attribute = email
username_format = %u
scope = mail
`;
}

function dovecotConfig(folder: string, { imap, imaps, lmtp }: { imap: number; imaps: number; lmtp: number }): string {
	const mailboxes = ['Drafts', 'Sent', 'Trash', 'Archive', 'Junk'];
	return `base_dir = ${folder}/run
state_dir = ${folder}/state
instance_name = switchboard-test
log_path = ${folder}/dovecot.log
listen = 127.0.0.1
protocols = imap lmtp
first_valid_uid = 1
ssl = required
ssl_cert = <${folder}/tls.crt
ssl_key = <${folder}/tls.key
auth_mechanisms = plain login xoauth2 oauthbearer
# Otherwise a wrong password is answered after seconds.
auth_failure_delay = 0
mail_home = ${folder}/mail/%u
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
recipient_delimiter = +
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN username_format=%u ${folder}/users
}
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = ${folder}/oauth2.conf
}
userdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
  default_fields = uid=mail gid=mail home=${folder}/mail/%u
}
namespace inbox {
  inbox = yes
  separator = /
${mailboxes.map((name) => `  mailbox ${name} {\n    auto = subscribe\n    special_use = \\${name}\n  }`).join('\n')}
}
service imap-login {
  chroot =
  process_min_avail = 1
  inet_listener imap {
    port = ${imap}
  }
  inet_listener imaps {
    port = ${imaps}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtp}
  }
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service auth {
  unix_listener auth-smtp {
    mode = 0666
  }
}
protocol lmtp {
  postmaster_address = postmaster@example.test
}
`;
}

function postfixConfig(folder: string, lmtp: number): string {
	const root = `${folder}/postfix`;
	return `compatibility_level = 3.6
queue_directory = ${root}/queue
data_directory = ${root}/data
maillog_file = ${root}/log/mail.log
maillog_file_prefixes = ${folder}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.test
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
smtputf8_enable = yes
message_size_limit = 52428800
virtual_mailbox_domains = example.test
virtual_mailbox_maps = texthash:${root}/etc/vmailbox
virtual_transport = lmtp:inet:127.0.0.1:${lmtp}
default_transport = error:no outside mail on this test server
relay_transport = error:no outside mail on this test server
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject_unauth_destination
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = ${folder}/run/auth-smtp
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = ${folder}/tls.crt
smtpd_tls_key_file = ${folder}/tls.key
smtpd_client_connection_rate_limit = 0
recipient_delimiter = +
`;
}

function postfixServices(port: number): string {
	const rows: readonly (readonly [name: string, type: string, wakeup: string, limit: string, command: string])[] = [
		['pickup', 'unix', '60', '1', 'pickup'],
		['cleanup', 'unix', '-', '0', 'cleanup'],
		['qmgr', 'unix', '300', '1', 'qmgr'],
		['tlsmgr', 'unix', '1000?', '1', 'tlsmgr'],
		['rewrite', 'unix', '-', '-', 'trivial-rewrite'],
		['bounce', 'unix', '-', '0', 'bounce'],
		['defer', 'unix', '-', '0', 'bounce'],
		['trace', 'unix', '-', '0', 'bounce'],
		['verify', 'unix', '-', '1', 'verify'],
		['error', 'unix', '-', '-', 'error'],
		['retry', 'unix', '-', '-', 'error'],
		['lmtp', 'unix', '-', '-', 'lmtp'],
		['smtp', 'unix', '-', '-', 'smtp'],
		['anvil', 'unix', '-', '1', 'anvil'],
		['scache', 'unix', '-', '1', 'scache'],
		['postlog', 'unix-dgram', '-', '1', 'postlogd'],
	];
	// Others than Postfix itself talk to these.
	const open = new Set(['pickup', 'cleanup', 'qmgr', 'postlog']);
	const services = rows.map(
		([name, type, wakeup, limit, command]) =>
			`${name} ${type} ${open.has(name) ? 'n' : '-'} - n ${wakeup} ${limit} ${command}`,
	);
	return `127.0.0.1:${port} inet n - n - - smtpd\n${services.join('\n')}\n`;
}
