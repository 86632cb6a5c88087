import { Fault } from '@switchboard/kit';

export function tooLarge(mostBytes: number): Fault {
	return new Fault('too_large', `The file is larger than ${mostBytes} bytes, so the download was stopped.`, {
		hint: 'The owner can raise the setting maxDownloadBytes of the browser Agent.',
	});
}

export function brokenOff(cause?: unknown): Fault {
	return new Fault('unavailable', 'The download broke off.', { hint: 'Try it once more.', cause });
}

export function none(): never {
	throw new Fault('not_found', 'No download began.', { hint: 'browser_snapshot shows what happened instead.' });
}

export function tooSlow(): never {
	throw new Fault('timeout', 'The download did not end in time.');
}
