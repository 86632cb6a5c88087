import { commandLine } from '../command-line.ts';
import { thisBuild } from '../daemon/build.ts';
import { checkAgents } from '../doctor/agents.ts';
import { checkDaemon, checkHttp } from '../doctor/daemon.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkHost, hostFiles } from '../doctor/hosts.ts';
import { checkConfig, checkHome, checkNode } from '../doctor/installation.ts';
import { defineCommand } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import type { Output, Style } from './output.ts';

const marks: Readonly<Record<Finding['status'], { readonly sign: string; readonly style: Style }>> = {
	ok: { sign: '✓', style: 'green' },
	warning: { sign: '!', style: 'yellow' },
	problem: { sign: '✗', style: 'red' },
};

export const doctor = defineCommand({
	name: 'doctor',
	summary: 'Check the whole way from each host to each Agent',
	usage: '',
	example: '',
	options: {},

	async run({ home, env, out, daemon }) {
		const findings: Finding[] = [];
		const add = (...found: readonly Finding[]): void => {
			findings.push(...found);
			for (const one of found) out.line(lineOf(one, out));
		};
		const wasRunning = await daemon({ start: false }).then(
			() => true,
			() => false,
		);
		add(checkNode(), checkHome(home), await checkConfig(home));
		add(await checkDaemon(daemon, home, thisBuild(env).version), await checkHttp(daemon, home));
		add(...(await checkAgents(home)));
		for (const one of hostFiles(home, env)) add(await checkHost(one, commandLine('connect', one.host.name)));
		// What was not there before is not left behind; with a host about, it is needed.
		if (!wasRunning)
			await daemon()
				.then((control) => control.request('stop', {}))
				.catch(() => {});

		const problems = findings.filter(({ status }) => status === 'problem').length;
		out.result({ ok: problems === 0, findings }, () => (problems === 0 ? 'All is well.' : `${problems} found wrong.`));
		return problems === 0 ? exitCodes.ok : exitCodes.failed;
	},
});

function lineOf({ check, status, found, fix }: Finding, out: Output): string {
	const { sign, style } = marks[status];
	return `${out.style(style, sign)} ${check}: ${found}${fix === undefined ? '' : `\n    ${fix}`}`;
}
