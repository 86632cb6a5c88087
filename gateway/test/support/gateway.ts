import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLog } from '@switchboard/kit/log';
import { GatewayConfig } from '../../src/config.ts';
import { createGateway } from '../../src/create-gateway.ts';
import type { CallOutcome, CallRequest, Gateway, Host, Session } from '../../src/gateway.ts';

export interface ProbedGateway {
	readonly gateway: Gateway;
	readonly folder: string;
	readonly session: Session;
	/** Every effect the probe had. */
	ledger(): readonly string[];
	call(name: string, args?: Record<string, unknown>, more?: Partial<CallRequest>): Promise<CallOutcome>;
	/** Stops this Gateway and starts another on the same state. */
	restart(): Promise<void>;
	close(): Promise<void>;
}

export const cliHost: Host = { name: 'test', patience: 5_000 };

/** A real Gateway with the probe as its Agent, on a state folder of its own. */
export async function probedGateway(settings: Record<string, unknown> = {}): Promise<ProbedGateway> {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), 'switchboard-gateway-')));
	const work = join(folder, 'work');
	mkdirSync(work);
	const ledgerFile = join(folder, 'ledger');
	const probe = fileURLToPath(new URL('./probe-agent.ts', import.meta.url));
	const { agents, servers, ...rest } = settings as Record<'agents' | 'servers', Record<string, object> | undefined>;
	const config = {
		...GatewayConfig.parse({
			mcpServers: { probe: { command: 'node', args: ['--conditions=@switchboard/source', probe] }, ...servers },
			switchboard: {
				holdMs: 5_000,
				...rest,
				agents: { probe: { own: true, config: { ledger: ledgerFile }, ...agents?.probe } },
			},
		}),
		folder,
	};
	const home = join(folder, 'home');
	const open = () =>
		createGateway({ home, config, log: createLog('gateway', process.env.SWITCHBOARD_LOG ?? 'silent') });
	const opened = () =>
		gateway.sessions.open({ key: 'test', principal: 'owner', host: 'test', folder: work, trusted: true });
	let gateway = await open();
	let session = opened();

	return {
		get gateway() {
			return gateway;
		},
		get session() {
			return session;
		},
		folder,
		ledger: () => (existsSync(ledgerFile) ? readFileSync(ledgerFile, 'utf8').trim().split('\n') : []),
		call: (name, args = {}, more = {}) =>
			gateway.call({ session, host: cliHost, name, args, signal: new AbortController().signal, ...more }),
		async restart() {
			await gateway.close();
			gateway = await open();
			session = opened();
		},
		async close() {
			await gateway.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

/** A human behind the host who always says the same, and what he was asked. */
export function answering(answer: 'accept' | 'decline' | 'cancel', asked: string[] = []) {
	return async (message: string) => {
		asked.push(message);
		return answer;
	};
}
