import { Fault } from '@switchboard/kit/fault';
import { commandLine } from '../command-line.ts';
import type { Approval } from '../gateway.ts';

/** What a caller is told whose patience ended before the owner's answer came. */
export function pending(job: string, approval: Approval | undefined): Fault {
	const how =
		approval === undefined ? '' : ` The owner answers with: ${commandLine('approve', approval.id)} (or deny).`;
	return new Fault('pending', `This call waits for the owner's approval as ${job}.${how}`, {
		hint: `Do not send it again; fetch its outcome with job_result {"job": "${job}"}.`,
		retryable: false,
		job,
	});
}

export function saidNo(): Fault {
	return new Fault('denied', 'The owner said no.', {
		hint: 'Do not try another way; ask the owner what he would rather have.',
	});
}

export function nobodyAnswered(): Fault {
	return new Fault('denied', 'Nobody answered in time, which is a no.', {
		hint: 'Call again when the owner is there.',
	});
}

export function withdrawn(): Fault {
	return new Fault('cancelled', 'The call was cancelled before anyone answered.');
}

export function sessionOver(): Fault {
	return new Fault('not_found', 'The session of this call is over.');
}
