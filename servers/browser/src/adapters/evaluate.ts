import { Fault, fence } from '@switchboard/kit';
import { within } from './deadline.ts';
import type { Tab } from './tab.ts';

/** Runs a script in the page's own world and answers what it comes to, as JSON has it. */
export async function evaluateIn(tab: Tab, script: string, timeoutMs: number): Promise<unknown> {
	const started = performance.now();
	try {
		return await within(tab.bounded(valueOfScript(tab, script, timeoutMs), timeoutMs + 10_000), timeoutMs + 250, late);
	} catch (error) {
		if (error instanceof Fault && error.kind === 'timeout') await isAnswering(tab);
		if (error instanceof Fault) throw error;
		// The browser stops a script that has had its time, and says no more than that it ended.
		if (performance.now() - started >= timeoutMs) late();
		throw new Fault('conflict', 'The script ended without a result.', {
			hint: 'It may have left the page, or come to something JSON cannot hold.',
			cause: error,
		});
	}
}

async function valueOfScript({ worlds: { session } }: Tab, script: string, timeout: number): Promise<unknown> {
	// As in the developer tools' console: `await` at the top, declarations that may be repeated.
	const ran = await session.send('Runtime.evaluate', {
		expression: script,
		replMode: true,
		userGesture: true,
		timeout,
	});
	const { objectId } = checked(ran);
	if (objectId === undefined) return plain(ran.result);
	const functionDeclaration = 'async function () { return await this; }';
	const got = await session.send('Runtime.callFunctionOn', {
		objectId,
		functionDeclaration,
		awaitPromise: true,
		returnByValue: true,
	});
	return plain(checked(got));
}

interface Evaluated {
	readonly result: { readonly value?: unknown; readonly unserializableValue?: string; readonly objectId?: string };
	readonly exceptionDetails?: {
		readonly text: string;
		readonly exception?: { readonly description?: string; readonly value?: unknown };
	};
}

function checked({ result, exceptionDetails }: Evaluated): Evaluated['result'] {
	if (exceptionDetails === undefined) return result;
	const { exception, text } = exceptionDetails;
	const said = exception?.description ?? (exception?.value === undefined ? text : String(exception.value));
	throw new Fault('invalid_input', 'The script threw.', {
		hint: `What it threw:\n${fence(said.slice(0, 2_000)).text}`,
	});
}

function plain({ unserializableValue, value }: Evaluated['result']): unknown {
	return unserializableValue ?? value ?? null;
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
