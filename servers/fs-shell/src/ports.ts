export interface FsShellPorts { readonly files: { read(path: string, roots: readonly string[], signal: AbortSignal): Promise<string> } }
