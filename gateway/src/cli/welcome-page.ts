import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WelcomePage {
	readonly url: string;
	close(): void;
}

/** A page for the browser Agent to open, served on loopback as long as it is needed. */
export async function serveWelcomePage(): Promise<WelcomePage> {
	const server = createServer((request, response) => {
		const isHome = request.url === '/';
		response.writeHead(isHome ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
		response.end(isHome ? page : '<!doctype html><title>Nothing here</title>');
	});
	await new Promise<void>((listening, failed) => {
		server.once('error', failed);
		server.listen(0, '127.0.0.1', listening);
	});
	// The run that serves it may end before the browser has hung up.
	server.unref();
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
		close() {
			server.close();
			server.closeAllConnections();
		},
	};
}

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Welcome to Switchboard</title></head>
<body>
<main>
<h1>Welcome to Switchboard</h1>
<p>This page was served on your own machine and read there by a real browser.</p>
<p>Four Agents work behind one Gateway: files and shell, browser, messaging, business.
Reading, and what can be undone, is done at once; everything else asks you first.</p>
</main>
</body>
</html>
`;
