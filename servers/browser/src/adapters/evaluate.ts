import { Fault, fence } from '@switchboard/kit';
import { within } from './deadline.ts';
import type { Tab } from './tab.ts';

/** Runs a script in the page's own world and answers what it comes to, as JSON has it. */
export async function evaluateIn(tab: Tab, script: string, timeoutMs: number): Promise<unknown> {
	const { session } = tab.worlds;
	const running = session.send('Runtime.evaluate', {
		expression: script,
		// As in the developer tools' console: `await` at the top, declarations that may be repeated.
		replMode: true,
		awaitPromise: true,
		returnByValue: true,
		userGesture: true,
		timeout: timeoutMs,
	});
	try {
		const { result, exceptionDetails } = await within(tab.bounded(running, timeoutMs + 10_000), timeoutMs + 250, late);
		if (exceptionDetails === undefined) return result.unserializableValue ?? result.value ?? null;
		const said = exceptionDetails.exception?.description ?? exceptionDetails.text;
		throw new Fault('invalid_input', 'The script threw.', {
			hint: `What it threw:\n${fence(said.slice(0, 2_000)).text}`,
		});
	} catch (error) {
		if (error instanceof Fault && error.kind === 'timeout') await isAnswering(tab);
		if (error instanceof Fault) throw error;
		if (/terminated/i.test(String(error))) late();
		throw new Fault('conflict', 'The script ended without a result.', {
			hint: 'It may have left the page, or come to something JSON cannot hold.',
			cause: error,
		});
	}
}

function late(): never {
	throw new Fault('timeout', 'The script took longer than it was given.', {
		hint: 'Give it more with timeoutMs, or less to do.',
		retryable: false,
	});
}

/** A script that waits leaves the page answering; a page that does not is closed by this. */
async function isAnswering(tab: Tab): Promise<void> {
	await tab.bounded(tab.worlds.session.send('Runtime.evaluate', { expression: '1' }), 2_000);
}
