import type { Socket } from 'node:net';
import type { FaceParts } from '../host/http.ts';
import { drainedMethod, drainingMethod, type Hello } from './hello.ts';
import { createInFlight } from './in-flight.ts';
import type { Peer } from './listener.ts';

/** One shim: MCP both ways, served by the SDK, which is loaded when the first host comes. */
export function serveShim(hello: Hello, socket: Socket, parts: FaceParts): Peer {
	const early: Buffer[] = [];
	let serve = (line: Buffer): void => void early.push(line);
	let isDraining = false;
	let hangUp = (): void => {};
	let isGone = false;
	const own = createInFlight();
	const inFlight = { ...parts.inFlight, begin: bothOf(own.begin, parts.inFlight.begin) };

	async function begin(): Promise<void> {
		const [{ serveHost }, { createSocketTransport }] = await Promise.all([
			import('../host/adapters/mcp-server.ts'),
			import('../host/adapters/socket-transport.ts'),
		]);
		if (isGone) return;
		const transport = createSocketTransport(pipeOf(socket));
		await serveHost(transport, parts.version, {
			...parts,
			inFlight,
			open: (host) =>
				parts.gateway.sessions.open({ key: `shim:${hello.key}`, principal: 'owner', host, folder: hello.cwd }),
		});
		serve = transport.take;
		hangUp = transport.hangUp;
		for (const line of early.splice(0)) serve(line);
	}
	begin().catch((error: unknown) => {
		parts.log.error({ err: error }, 'host could not be served');
		socket.destroy();
	});

	function take(line: Buffer): void {
		if (!isDraining || !line.includes(drainedMethod)) return void serve(line);
		// Nothing more comes. What came just before begins within this turn; what is under way is answered first.
		setImmediate(() => void own.settled(drainMs).then(() => socket.end()));
	}

	return {
		take,
		hangUp() {
			isGone = true;
			hangUp();
		},
		/** From now on the shim's word is waited for that it has sent nothing since. */
		drain() {
			isDraining = true;
			socket.write(`${JSON.stringify({ jsonrpc: '2.0', method: drainingMethod })}\n`);
		},
	};
}

/** The daemon's own end comes sooner. */
const drainMs = 60_000;

function bothOf(...begins: readonly (() => () => void)[]): () => () => void {
	return () => {
		const ends = begins.map((begin) => begin());
		return () => {
			for (const end of ends) end();
		};
	};
}

function pipeOf(socket: Socket) {
	return {
		write: (text: string) => socket.writable && socket.write(text),
		get writableLength() {
			return socket.writableLength;
		},
		end: () => void socket.end(),
		drained: () =>
			new Promise<void>((done) => {
				if (socket.destroyed || socket.writableLength === 0) return done();
				const finish = (): void => {
					socket.off('drain', finish);
					socket.off('close', finish);
					done();
				};
				socket.on('drain', finish);
				socket.on('close', finish);
			}),
	};
}
