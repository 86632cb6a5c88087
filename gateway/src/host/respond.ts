import type { ServerResponse } from 'node:http';

export function answerJson(
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): void {
	if (response.headersSent) return void response.end();
	response
		.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
		.end(JSON.stringify(body));
}

export function answerRpc(response: ServerResponse, status: number, code: number, message: string): void {
	answerJson(response, status, { jsonrpc: '2.0', error: { code, message }, id: null });
}
