import { existsSync, readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '@switchboard/kit/fault';
import { daemonPaths } from '../daemon/paths.ts';
import { defineCommand } from './command.ts';
import type { Output } from './output.ts';
import { usageFault, wholeNumber } from './usage.ts';
import { oneLine } from './words.ts';

export const logs = defineCommand({
	name: 'logs',
	summary: 'Print what the daemon or an Agent has logged',
	usage: '[agent] [-f]',
	example: 'browser -n 50',
	options: {
		follow: { type: 'boolean', short: 'f', about: 'Go on as it is written' },
		lines: { type: 'string', short: 'n', value: 'COUNT', about: 'How many lines to begin with (default 50)' },
		path: { type: 'boolean', about: 'Print only where the log is' },
	},
	async run({ args, values, home, out, signal }) {
		const [agent] = args;
		if (agent !== undefined && !/^[\w-]+$/.test(agent))
			throw usageFault(`${JSON.stringify(agent)} is no name of an Agent.`);
		const file = agent === undefined ? daemonPaths(home).log : join(home, 'logs', `${agent}.log`);
		if (values.path === true) {
			out.result({ file }, file);
			return undefined;
		}
		if (!existsSync(file))
			throw new Fault('not_found', `There is no log at ${file}.`, {
				hint: 'It is made when what it is of first runs.',
			});
		const count = values.lines === undefined ? 50 : wholeNumber(values.lines, 'lines');
		const text = readFileSync(file, 'utf8');
		for (const line of text.split('\n').filter(Boolean).slice(-count)) print(line, out);
		if (values.follow === true) await follow(file, Buffer.byteLength(text), (line) => print(line, out), signal);
		return undefined;
	},
});

const levels: Readonly<Record<number, string>> = {
	10: 'trace',
	20: 'debug',
	30: 'info',
	40: 'warn',
	50: 'error',
	60: 'fatal',
};

function print(line: string, out: Output): void {
	if (out.json) return void process.stdout.write(`${line}\n`);
	try {
		const { time, level, msg, name: _, pid: __, ...fields } = JSON.parse(line) as Record<string, unknown>;
		const rest = Object.entries(fields).map(
			([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
		);
		const at = typeof time === 'number' ? new Date(time).toISOString() : '';
		const word = levels[Number(level)] ?? '';
		out.line(
			[
				at,
				out.style(Number(level) >= 40 ? 'red' : 'dim', word.padEnd(5)),
				oneLine(String(msg)),
				oneLine(rest.join(' '), 2_000),
			].join(' '),
		);
	} catch {
		out.line(oneLine(line, 2_000));
	}
}

/** Prints what is added, also after the file was begun anew. */
async function follow(file: string, from: number, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
	let read = from;
	let rest = '';
	await new Promise<void>((over) => {
		watchFile(file, { interval: 250 }, () => {
			const size = existsSync(file) ? statSync(file).size : 0;
			if (size < read) [read, rest] = [0, ''];
			if (size === read) return;
			const lines = (rest + readFileSync(file).subarray(read).toString('utf8')).split('\n');
			read = size;
			rest = lines.pop() ?? '';
			for (const line of lines.filter(Boolean)) onLine(line);
		});
		signal.addEventListener('abort', () => {
			unwatchFile(file);
			over();
		});
	});
}
