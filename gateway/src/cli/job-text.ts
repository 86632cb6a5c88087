import type { Job } from '../gateway.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { resultText } from './result-text.ts';
import { ago } from './words.ts';

export function resultLine({ id, skill, agent, state, createdAt }: Job): string {
	return `${id}  ${skill} (${agent}): ${state}, from ${ago(createdAt)}`;
}

export function jobText(job: Job): string {
	return job.result === undefined ? resultLine(job) : `${resultLine(job)}\n${resultText(job.result)}`;
}

export function exitCodeOfJob({ state }: Job): ExitCode {
	switch (state) {
		case 'done':
			return exitCodes.ok;
		case 'waiting':
		case 'running':
			return exitCodes.pending;
		case 'denied':
		case 'expired':
			return exitCodes.denied;
		default:
			return exitCodes.failed;
	}
}
