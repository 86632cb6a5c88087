/** JSON-RPC errors that MCP gives a meaning to. */
export const rpcCodes = { methodNotFound: -32601, invalidParams: -32602, resourceNotFound: -32002 } as const;

/** An error as JSON-RPC answers it; whatever carries the answer looks at `code` and `message`. */
export function rpcError(code: number, message: string): Error & { readonly code: number } {
	return Object.assign(new Error(message), { code });
}
