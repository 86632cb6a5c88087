import { asFault, Fault } from '@switchboard/kit/fault';
import type { Log } from '@switchboard/kit/log';
import { parseOrFault } from '@switchboard/kit/schema';
import { z } from 'zod';
import type { Gateway, Session } from '../gateway.ts';
import type { Hello } from './hello.ts';
import type { InFlight } from './in-flight.ts';
import { type MethodName, methods } from './methods.ts';
import type { Operator } from './operator-context.ts';

const Request = z.strictObject({ id: z.int(), method: z.string(), params: z.unknown().optional() });
const Cancel = z.strictObject({ cancel: z.int() });
const Line = z.union([Request, Cancel]);

/** These wait for something else to happen, so an end does not wait for them. */
const waits: readonly string[] = ['audit.follow', 'jobs.wait', 'stop'];

export interface OperatorParts {
	readonly gateway: Gateway;
	readonly daemon: Operator['daemon'];
	readonly inFlight: InFlight;
	readonly log: Log;
}

/** One operator's connection. Returns what takes its lines and what to do when it hangs up. */
export function serveOperator(
	{ gateway, daemon, inFlight, log }: OperatorParts,
	hello: Hello,
	write: (message: object) => void,
) {
	const running = new Map<number, { readonly method: string; readonly controller: AbortController }>();
	let session: Session | undefined;

	async function answer({ id, method, params }: z.infer<typeof Request>): Promise<void> {
		const controller = new AbortController();
		running.set(id, { method, controller });
		const end = waits.includes(method) ? undefined : inFlight.begin();
		try {
			const result = await run(method, params ?? {}, {
				gateway,
				daemon,
				session() {
					// The owner may have closed it.
					if (session !== undefined && gateway.sessions.get(session.id) !== undefined) return session;
					session = gateway.sessions.open({
						key: `cli:${hello.cwd}`,
						principal: 'owner',
						host: 'cli',
						folder: hello.cwd,
						trusted: true,
					});
					return session;
				},
				signal: controller.signal,
				emit: (event) => write({ id, ...event }),
			});
			write({ id, result: result ?? null });
		} catch (error) {
			const fault = asFault(error);
			if (fault.kind === 'internal') log.error({ method, err: fault.cause }, 'operator request failed unforeseen');
			write({ id, error: fault.toWire() });
		} finally {
			running.delete(id);
			end?.();
		}
	}

	return {
		take(line: Buffer): void {
			const parsed = Line.safeParse(jsonOf(line));
			if (!parsed.success) write({ id: 0, error: new Fault('invalid_input', 'This is no request.').toWire() });
			else if ('cancel' in parsed.data) running.get(parsed.data.cancel)?.controller.abort();
			else void answer(parsed.data);
		},
		/** What was asked for goes on; what only listened ends. */
		hangUp(): void {
			for (const { method, controller } of running.values()) if (waits.includes(method)) controller.abort();
		},
	};
}

function run(method: string, params: unknown, operator: Operator): unknown {
	if (!Object.hasOwn(methods, method))
		throw new Fault('not_found', 'The daemon has no such method.', { hint: 'Update the older of the two programs.' });
	const { params: schema, run } = methods[method as MethodName];
	// One entry's parameters fit its own function; the table as a whole cannot say so.
	return (run as (params: unknown, operator: Operator) => unknown)(
		parseOrFault<unknown>(schema, params, method),
		operator,
	);
}

function jsonOf(line: Buffer): unknown {
	try {
		return JSON.parse(line.toString('utf8'));
	} catch {
		return undefined;
	}
}
