// Runs on whatever Node the machine has (20 and up), before anything is installed: nothing but node: imports.
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** What the tests drive for real: a browser, an IMAP and LMTP server, an SMTP server, a sandbox, and commands to run. */
const packages = [
	'chromium-headless-shell',
	'dovecot-imapd',
	'dovecot-lmtpd',
	'postfix',
	'bubblewrap',
	'procps',
	'git',
	'make',
];

/** Answers the questions Postfix would ask; the tests bring their own configuration. */
const preseed = [
	'postfix postfix/main_mailer_type select No configuration',
	'postfix postfix/mailname string localhost',
	'',
].join('\n');

/** Installs the Debian packages that tests need and that are missing; says so where it cannot. */
export function installDebianPackages() {
	const missing = packages.filter((name) => !isInstalled(name));
	if (missing.length === 0) return;
	const reason = whyNot();
	if (reason !== undefined) {
		process.stdout.write(`${reason} Tests that need ${missing.join(', ')} will fail.\n`);
		return;
	}
	const started = Date.now();
	process.stdout.write(`Installing ${missing.join(', ')} with apt …\n`);
	const said = quietly(() => aptInstall(missing) && (apt('update') || aptInstall(missing)));
	const seconds = Math.round((Date.now() - started) / 1000);
	// The tests that need none of this are worth running all the same.
	process.stdout.write(said === '' ? `Installed in ${seconds} s.\n` : `apt-get failed, tests will too:\n${said}\n`);
}

function isInstalled(name) {
	const { stdout } = spawnSync('dpkg', ['-s', name], { encoding: 'utf8' });
	return stdout?.includes('Status: install ok installed') === true;
}

function whyNot() {
	if (spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0) return 'This machine has no apt-get.';
	if (process.getuid?.() !== 0) return `Only root may install: sudo apt-get install ${packages.join(' ')}.`;
	return undefined;
}

/** Empty where it went well, else what apt-get said. */
function aptInstall(names) {
	spawnSync('debconf-set-selections', { input: preseed, stdio: ['pipe', 'ignore', 'ignore'] });
	return apt('install', '--no-install-recommends', ...names);
}

function apt(...args) {
	const options = ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'];
	const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
	const output = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
	const { status, stderr } = spawnSync('apt-get', [...options, ...args], {
		env,
		stdio: ['ignore', 'ignore', 'pipe'],
		...output,
	});
	return status === 0 ? '' : stderr.trim() || `apt-get ended with ${status}`;
}

/** Runs without starting services and without indexing manual pages, which takes as long again; both are put back. */
function quietly(work) {
	const policy = '/usr/sbin/policy-rc.d';
	const manuals = '/var/lib/man-db/auto-update';
	const aside = `${policy}.switchboard`;
	const hadPolicy = existsSync(policy);
	const hadManuals = existsSync(manuals);
	// While a listener is there, Ctrl-C ends apt-get and not us, so that what follows still runs.
	const wait = () => {};
	process.on('SIGINT', wait).on('SIGTERM', wait);
	try {
		if (hadPolicy) renameSync(policy, aside);
		writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
		if (hadManuals) rmSync(manuals);
		return work();
	} finally {
		rmSync(policy, { force: true });
		if (hadPolicy) renameSync(aside, policy);
		if (hadManuals) writeFileSync(manuals, '');
		process.off('SIGINT', wait).off('SIGTERM', wait);
	}
}
