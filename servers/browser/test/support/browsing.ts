import { connect, type TestAgent, type TestOptions, textOf } from '@switchboard/kit/testing';
import { expect } from 'vitest';

import { browser } from '../../src/agent.ts';
import type { BrowserPorts } from '../../src/ports.ts';

export const loopback = ['http://127.0.0.1:*', 'http://localhost:*'];

/** Another browser than the one the Agent finds by itself, such as /usr/bin/google-chrome. */
const { BROWSER_UNDER_TEST: executable } = process.env;

/** A real Agent with a real browser, which may open pages on loopback unless told otherwise. */
export function startAgent(
	config: Record<string, unknown> = {},
	options: TestOptions<BrowserPorts> = {},
): Promise<TestAgent> {
	return connect(browser, {
		...options,
		config: { allowOrigins: loopback, ...(executable && { executable }), ...config },
	});
}

export interface Shown {
	readonly url: string;
	readonly title: string;
	readonly document: string;
	readonly text: string;
	readonly tab: string;
	readonly notes?: readonly string[];
	readonly status?: number;
	readonly steps?: readonly {
		readonly ok: boolean;
		readonly fault?: { readonly kind: string; readonly message: string };
	}[];
}

let sessions = 0;

/** One Session of an Agent, with words for what tests do all the time. */
export function browse(agent: TestAgent, session = `session-${++sessions}`) {
	async function call<T = Shown>(name: string, args: Record<string, unknown> = {}): Promise<T> {
		const result = await agent.call(name, args, { session });
		if (result.isError) throw new Error(`${name}: ${textOf(result)}`);
		return result.structuredContent as T;
	}
	return {
		session,
		call,
		fault: (name: string, args: Record<string, unknown> = {}) => agent.fault(name, args, { session }),
		result: (name: string, args: Record<string, unknown> = {}) => agent.call(name, args, { session }),
		open: (url: string, more: Record<string, unknown> = {}) => call('browser_open', { url, ...more }),
		look: (more: Record<string, unknown> = {}) => call('browser_snapshot', more),
		act: (...steps: Record<string, unknown>[]) => call('browser_act', { steps }),
		evaluate: async (script: string) => (await call<{ value: unknown }>('browser_evaluate', { script })).value,
		end: () =>
			agent.client.notification({ method: 'notifications/switchboard/session_ended', params: { session } } as never),
	};
}

/** The ref on the line that holds these words. */
export function refOf({ text }: Pick<Shown, 'text'>, words: string): string {
	const line = text.split('\n').find((one) => one.includes(words) && /\[e\d+\]/.test(one));
	const ref = /\[(e\d+)\]/.exec(line ?? '')?.[1];
	expect(ref, `a ref beside ${words} in\n${text}`).toBeDefined();
	return ref ?? '';
}

/** Waits until something holds. */
export async function eventually(check: () => boolean | Promise<boolean>, ms = 10_000): Promise<void> {
	const end = Date.now() + ms;
	while (!(await check())) {
		if (Date.now() > end) throw new Error('it never came to be');
		await new Promise((done) => setTimeout(done, 50));
	}
}
