import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commandLine } from '../command-line.ts';
import type { Envelope } from '../gateway.ts';
import { askFor, askOptions } from './ask-request.ts';
import { type CommandContext, defineCommand } from './command.ts';
import { workingFolder } from './context.ts';
import { exitCodeOfEnvelope } from './envelope-text.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { jobText } from './job-text.ts';
import { connectLines, nextText, partsOf, runText } from './run-text.ts';
import { answerLines } from './watch.ts';
import { serveWelcomePage } from './welcome-page.ts';

export const run = defineCommand({
	name: 'run',
	summary: 'Start the daemon and do an instruction; without one, a first task for all four Agents',
	usage: '[instruction…]',
	example: '"list the files here and leave me a notification with how many there are"',
	options: askOptions,
	async run(context) {
		const instruction = context.args.join(' ').trim();
		return instruction === '' ? await runShipped(context) : await runInstruction(context, instruction);
	},
});

type Context = CommandContext<typeof askOptions>;

/** Takes a Skill of every Agent, and needs no approval: it reads, and writes what can be undone. */
function shipped(url: string, folder: string): string {
	const file = ['README.md', 'package.json'].find((name) => existsSync(join(folder, name)));
	return [
		file === undefined ? 'list the files in this folder' : `read the file ${file}`,
		`then open ${url} in the browser`,
		'then add a contact named Ada Example with the email ada@example.com',
		'then leave me a notification titled "Switchboard is ready"',
	].join(', ');
}

async function runShipped(context: Context): Promise<ExitCode> {
	const page = await serveWelcomePage();
	try {
		const envelope = await perform(context, shipped(page.url, workingFolder(context.env)));
		// A machine without a browser, say, has still had its part done.
		return partsOf(envelope).ran.length > 0 ? exitCodes.ok : exitCodeOfEnvelope(envelope);
	} finally {
		page.close();
	}
}

async function runInstruction(context: Context, instruction: string): Promise<ExitCode> {
	const envelope = await perform(context, instruction);
	// What waits for its owner's answer goes on without this command.
	return envelope.status === 'partial' || envelope.status === 'pending' ? exitCodes.ok : exitCodeOfEnvelope(envelope);
}

async function perform(context: Context, instruction: string): Promise<Envelope> {
	const { out } = context;
	out.progress('starting the daemon…');
	const control = await context.daemon();
	out.line(`Switchboard ${control.daemon.version} runs in the background (process ${control.daemon.pid}).`);
	out.line(`\n${out.style('bold', 'Instruction')}\n${instruction}\n`);
	const { envelope, jobs } = await askFor(context, control, instruction);
	const approvals = envelope.status === 'pending' ? await control.request('approvals', {}) : [];
	const next = { connect: connectLines, stop: commandLine('stop') };
	out.result({ instruction, envelope, ...partsOf(envelope), jobs, approvals, ...next }, () =>
		[
			runText(envelope, instruction, out),
			...jobs.map(jobText),
			...approvals.map(({ id, skill, agent }) => `${skill} (${agent}) waits for your yes.\n${answerLines(id)}`),
			nextText(),
		].join('\n\n'),
	);
	return envelope;
}
