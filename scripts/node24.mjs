// Runs on whatever Node the machine has (20 and up), before anything is installed: nothing but node: imports.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';

/** The npm package that holds a Node 24 for this machine, where there is one. */
export const nodePackage = `node-${windows ? 'win' : process.platform}-${process.arch}`;

/** The Node everything runs on: the locked one, else the machine's own if it is new enough. */
export function findNode() {
	const locked = join(root, 'node_modules', nodePackage, 'bin', windows ? 'node.exe' : 'node');
	// Started once, since it is there but does not run where the C library is another one.
	if (existsSync(locked) && spawnSync(locked, ['--version'], { stdio: 'ignore' }).status === 0) return locked;
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major > 22 || (major === 22 && minor >= 19)) return process.execPath;
	throw new Error(
		`Node.js 22.19 or newer is needed on this machine; this is ${process.version}. Install it and run this again.`,
	);
}

/** The environment in which `node` and the programs of our packages are found first. */
export function pathWith(node) {
	const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
	const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env[name]].filter(Boolean).join(delimiter);
	return { ...process.env, [name]: path };
}

/** Runs a program on our terminal and answers its exit code; signals sent to us alone are passed on. */
export function runToEnd(command, args) {
	return new Promise((settle, fail) => {
		const child = spawn(command, args, { cwd: root, env: pathWith(command), stdio: 'inherit' });
		const passOn = (signal) => child.kill(signal);
		// Ctrl-C reaches the child by itself; we only wait for it.
		const ignore = () => {};
		process.on('SIGINT', ignore).on('SIGTERM', passOn).on('SIGHUP', passOn);
		child.once('error', fail);
		child.once('close', (code, signal) => {
			process.off('SIGINT', ignore).off('SIGTERM', passOn).off('SIGHUP', passOn);
			settle(code ?? 128 + constants.signals[signal]);
		});
	});
}
